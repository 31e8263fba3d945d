import type { Channel } from '@weir/schemas/api';
import type { BaseLogger } from 'pino';
import type { AlertMetrics } from './alert-metrics.ts';
import type { Send } from './channels/channel.ts';
import { afterAttempt, withoutSecret } from './deliveries.ts';
import { eachOf } from './each-of.ts';
import { notificationOf } from './notification.ts';
import type { DeliveryStore, StoredDelivery } from './store/delivery-store.ts';
import type { IncidentStore, StoredIncident } from './store/incident-store.ts';

export interface OutboxOptions {
  readonly deliveries: DeliveryStore;
  readonly incidents: Pick<IncidentStore, 'openOrNamed'>;
  readonly send: Send<Channel>;
  /** Where people reach the dashboard, without a trailing slash. */
  readonly publicUrl: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  readonly metrics: AlertMetrics;
}

export interface Outbox {
  /** Makes one attempt for everything that is due. Call it from one place at a time. */
  drain(): Promise<void>;
}

const MOST_AT_ONCE = 1000;
const PARALLEL = 4;

/**
 * Sends what the outbox holds. A delivery is marked after the receiver took it: a crash in between sends it again, under
 * the same id. The end of an incident waits for its beginning to be told, channel by channel.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { deliveries, incidents, now, metrics, logger } = options;
  /** Attempts that are made and not yet recorded, because ClickHouse was away: to be recorded, not repeated. */
  const unrecorded = new Map<string, readonly StoredDelivery[]>();

  async function drain(): Promise<void> {
    try {
      for (const [key, records] of unrecorded) await record(key, records);
      await sendDue();
    } catch (error) {
      metrics.outboxFailed();
      logger.error({ err: error }, 'Notifications could not be read or recorded; trying again');
    }
  }

  async function sendDue(): Promise<void> {
    const due = await deliveries.due(now(), MOST_AT_ONCE);
    const ids = [...new Set(due.map(({ incidentId }) => incidentId))];
    if (ids.length === 0) return;
    const byId = new Map((await incidents.openOrNamed(ids)).map((incident) => [incident.id, incident]));
    const told = await deliveries.ofIncidents(ids);
    const failures: unknown[] = [];
    await eachOf(due, PARALLEL, async (delivery) => {
      const incident = byId.get(delivery.incidentId);
      const firing = told.find((other) => other.transition === 'firing' && sameReceiver(other, delivery));
      if (incident === undefined || !isSendable(delivery, incident, firing)) return;
      // A failure must not end the others' work while it is under way.
      await attempt(delivery, incident, firing).catch((error: unknown) => failures.push(error));
    });
    if (failures.length > 0) throw failures[0];
  }

  async function attempt(
    delivery: StoredDelivery,
    incident: StoredIncident,
    firing: StoredDelivery | undefined,
  ): Promise<void> {
    const { channel, transition, target } = delivery;
    if (channel === null) return;
    const outcome = await options.send(channel, notificationOf(incident, transition, options.publicUrl));
    const after = afterAttempt(delivery, outcome, now(), options.random());
    metrics.attempted(channel.type, outcome.status);
    if (after.status === 'failed') {
      logger.error({ incident: incident.id, target }, `Notification not delivered: ${after.detail}`);
    }
    await record(keyOf(delivery), recordsOf(after, firing));
  }

  async function record(key: string, records: readonly StoredDelivery[]): Promise<void> {
    unrecorded.set(key, records);
    await deliveries.put(records);
    unrecorded.delete(key);
  }

  return { drain };
}

/** Prepared for a transition that was then not recorded, the delivery waits for one that is. */
function isSendable(
  delivery: StoredDelivery,
  incident: StoredIncident,
  firing: StoredDelivery | undefined,
): boolean {
  if (delivery.transition === 'firing') return true;
  return incident.resolvedAt !== null && firing?.status !== 'pending';
}

/** Nothing goes to a channel after the end of the incident, or after its beginning could not be told. */
function recordsOf(after: StoredDelivery, firing: StoredDelivery | undefined): StoredDelivery[] {
  if (after.status === 'pending') return [after];
  if (after.transition === 'firing') return [after.status === 'failed' ? { ...after, channel: null } : after];
  const ended = { ...after, channel: null };
  return firing === undefined || firing.channel === null ? [ended] : [ended, withoutSecret(firing)];
}

function sameReceiver(a: StoredDelivery, b: StoredDelivery): boolean {
  return a.incidentId === b.incidentId && a.channelId === b.channelId;
}

function keyOf({ incidentId, transition, channelId }: StoredDelivery): string {
  return `${incidentId}/${transition}/${channelId}`;
}
