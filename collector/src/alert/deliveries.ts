import { createHash } from 'node:crypto';
import type { Channel } from '@weir/schemas/api';
import type { SendOutcome } from './channels/channel.ts';
import type { StoredDelivery } from './store/delivery-store.ts';

const MOST_ATTEMPTS = 12;
const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 600;

/** What has to be sent when an incident fires: one message to each channel of the rule. */
export function firingDeliveries(
  incidentId: string,
  channels: readonly Channel[],
  preparedAt: number,
): StoredDelivery[] {
  const byId = new Map(channels.map((channel) => [channelId(channel), channel]));
  return [...byId].map(([id, channel]) => ({
    incidentId,
    transition: 'firing',
    channelId: id,
    version: 0,
    status: 'pending',
    attempts: 0,
    preparedAt,
    attemptedAt: null,
    nextAttemptAt: preparedAt,
    detail: null,
    channelType: channel.type,
    target: new URL(channel.url).host,
    channel,
  }));
}

/** What has to be sent when it resolves: one message to each channel that hears of its firing. */
export function resolvedDeliveries(firing: readonly StoredDelivery[], preparedAt: number): StoredDelivery[] {
  return firing
    .filter(
      ({ transition, status, channel }) => transition === 'firing' && status !== 'failed' && channel !== null,
    )
    .map((delivery) => ({
      ...delivery,
      transition: 'resolved',
      version: 0,
      status: 'pending',
      attempts: 0,
      preparedAt,
      attemptedAt: null,
      nextAttemptAt: preparedAt,
      detail: null,
    }));
}

function channelId({ type, url }: Channel): string {
  return `${type}-${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
}

/**
 * The delivery after an attempt.
 *
 * @param random 0 to 1; spreads retries so that receivers that failed together are not all asked together
 */
export function afterAttempt(
  delivery: StoredDelivery,
  outcome: SendOutcome,
  at: number,
  random: number,
): StoredDelivery {
  const attempts = delivery.attempts + 1;
  const attempted = { ...delivery, version: delivery.version + 1, attempts, attemptedAt: at };
  if (outcome.status === 'delivered') return { ...attempted, status: 'delivered', detail: null };
  if (outcome.status === 'refused') return { ...attempted, status: 'failed', detail: outcome.detail };
  if (attempts >= MOST_ATTEMPTS) {
    return {
      ...attempted,
      status: 'failed',
      detail: `${outcome.detail} Given up after ${attempts} attempts.`,
    };
  }
  const seconds = Math.max(retryDelaySeconds(attempts, random), outcome.notBeforeSeconds ?? 0);
  return { ...attempted, detail: outcome.detail, nextAttemptAt: at + seconds * 1000 };
}

/** Exponential with half of it random. @param attempts so far, from 1 */
export function retryDelaySeconds(attempts: number, random: number): number {
  const ceiling = Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (attempts - 1));
  return ceiling / 2 + (ceiling / 2) * random;
}

/** The secret of a channel goes when its incident has nothing more to say to it. */
export function withoutSecret(delivery: StoredDelivery): StoredDelivery {
  return { ...delivery, version: delivery.version + 1, channel: null };
}
