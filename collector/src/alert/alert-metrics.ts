import { Counter, Gauge, type Registry } from 'prom-client';
import type { SendOutcome } from './channels/channel.ts';

/** What operators can watch alerting itself by. */
export interface AlertMetrics {
  evaluated(result: 'ok' | 'error'): void;
  /** A whole round failed, because rules could not be read or results not written. */
  roundFailed(): void;
  transitioned(kind: 'firing' | 'resolved'): void;
  attempted(channel: string, result: SendOutcome['status']): void;
  outboxFailed(): void;
  /** @param evaluatedAt the instant judged last of the rule furthest behind, Unix milliseconds; null without rules */
  rules(counts: { firing: number; erroneous: number; evaluatedAt: number | null }): void;
}

/**
 * Registers the metrics of alerting. Call it once for a registry.
 *
 * @param now wall clock, Unix milliseconds
 */
export function createAlertMetrics(registry: Registry, now: () => number): AlertMetrics {
  const registers = [registry];
  const evaluations = new Counter({
    name: 'weir_alert_evaluations_total',
    help: 'Evaluations of alert rules by result.',
    labelNames: ['result'],
    registers,
  });
  const failedRounds = new Counter({
    name: 'weir_alert_failed_rounds_total',
    help: 'Rounds of evaluation in which rules could not be read or their results not be stored.',
    registers,
  });
  const transitions = new Counter({
    name: 'weir_alert_transitions_total',
    help: 'Incidents that fired or resolved.',
    labelNames: ['transition'],
    registers,
  });
  const attempts = new Counter({
    name: 'weir_alert_notification_attempts_total',
    help: 'Attempts to deliver a notification by channel and result.',
    labelNames: ['channel', 'result'],
    registers,
  });
  const failedDrains = new Counter({
    name: 'weir_alert_outbox_failures_total',
    help: 'Times that pending notifications could not be read or recorded.',
    registers,
  });
  const firing = new Gauge({ name: 'weir_alert_rules_firing', help: 'Rules in an incident.', registers });
  const erroneous = new Gauge({
    name: 'weir_alert_rules_in_error',
    help: 'Rules whose last evaluation failed or whose definition cannot be read.',
    registers,
  });
  let evaluatedAt: number | null = null;
  new Gauge({
    name: 'weir_alert_evaluation_lag_seconds',
    help: 'Time since the instant judged last, of the rule furthest behind.',
    registers,
    // Worked out when it is asked for, because it has to grow when evaluation stands still.
    collect() {
      this.set(evaluatedAt === null ? 0 : Math.max(0, (now() - evaluatedAt) / 1000));
    },
  });
  return {
    evaluated: (result) => evaluations.inc({ result }),
    roundFailed: () => failedRounds.inc(),
    transitioned: (transition) => transitions.inc({ transition }),
    attempted: (channel, result) => attempts.inc({ channel, result }),
    outboxFailed: () => failedDrains.inc(),
    rules(counts) {
      firing.set(counts.firing);
      erroneous.set(counts.erroneous);
      evaluatedAt = counts.evaluatedAt;
    },
  };
}
