import type { BaseLogger } from 'pino';
import type { AlertMetrics } from './alert-metrics.ts';
import { firingDeliveries, resolvedDeliveries } from './deliveries.ts';
import { firedIncident, firingWindow, resolvedIncident, type WatchingRule } from './incident.ts';
import type { FiringTransition, ResolvedTransition } from './rule-machine.ts';
import type { OpenIncident, WindowFigures } from './rule-state.ts';
import type { DeliveryStore } from './store/delivery-store.ts';
import type { IncidentStore, StoredIncident, Suspects } from './store/incident-store.ts';
import type { WatchedStreams } from './watched-streams.ts';

export interface IncidentRecorderOptions {
  readonly incidents: Pick<IncidentStore, 'put'>;
  readonly deliveries: Pick<DeliveryStore, 'ofIncidents' | 'put'>;
  readonly streams: Pick<WatchedStreams, 'suspects'>;
  readonly now: () => number;
  readonly logger: Pick<BaseLogger, 'info' | 'warn'>;
  readonly metrics: Pick<AlertMetrics, 'transitioned'>;
  /** Called when there is something to send. */
  readonly onTransition: () => void;
}

/**
 * Stores transitions with their messages. The messages are written first and wait; the incident's row is one insert and
 * makes the transition and its messages true together. Storing the same transition again changes nothing.
 */
export interface IncidentRecorder {
  fire(rule: WatchingRule, transition: FiringTransition, figures: WindowFigures): Promise<StoredIncident>;
  /** @param figures of the window that it resolved on; null where nothing was measured */
  resolve(
    incident: StoredIncident,
    transition: ResolvedTransition,
    figures: WindowFigures | null,
  ): Promise<StoredIncident>;
  /** Keeps a new peak of an incident that goes on. */
  worsen(incident: StoredIncident, open: OpenIncident): Promise<void>;
}

export function createIncidentRecorder(options: IncidentRecorderOptions): IncidentRecorder {
  const { incidents, deliveries, now, logger, metrics } = options;

  /** An alert without an explanation is better than none. */
  async function suspectsOf({ id, project, definition }: WatchingRule, firedAt: number): Promise<Suspects> {
    try {
      const watched = { project, filters: definition.filters };
      return await options.streams.suspects(watched, firingWindow(definition, firedAt));
    } catch (error) {
      logger.warn(
        { err: error, rule: id },
        'The suspects of an incident could not be found; it fires without',
      );
      return [];
    }
  }

  function announce(transition: 'firing' | 'resolved', incident: StoredIncident): void {
    metrics.transitioned(transition);
    logger.info({ incident: incident.id, rule: incident.ruleName }, `Incident ${transition}`);
    options.onTransition();
  }

  return {
    async fire(rule, transition, figures) {
      const incident = firedIncident(rule, transition, figures, await suspectsOf(rule, transition.at));
      await deliveries.put(firingDeliveries(incident.id, rule.definition.channels, now()));
      await incidents.put(incident);
      announce('firing', incident);
      return incident;
    },
    async resolve(before, transition, figures) {
      const incident = resolvedIncident(before, transition, figures);
      const told = await deliveries.ofIncidents([incident.id]);
      await deliveries.put(resolvedDeliveries(told, now()));
      await incidents.put(incident);
      announce('resolved', incident);
      return incident;
    },
    worsen(incident, { revision, peakFailureRate }) {
      return incidents.put({ ...incident, version: revision, peakFailureRate });
    },
  };
}
