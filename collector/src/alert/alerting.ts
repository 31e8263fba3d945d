import type { Channel } from '@weir/schemas/api';
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { Database } from '../clickhouse/database.ts';
import { type Repeating, repeat } from '../repeat.ts';
import { createAlertMetrics } from './alert-metrics.ts';
import type { Send } from './channels/channel.ts';
import { createPostJson } from './channels/post-json.ts';
import { createSendToChannel } from './channels/send-to-channel.ts';
import { createDefaultRules } from './default-rules.ts';
import type { EvaluationGrid } from './evaluation-grid.ts';
import { runEvaluationRound } from './evaluation-round.ts';
import { createIncidentRecorder } from './incident-recorder.ts';
import { createOutbox } from './outbox.ts';
import { createDeliveryStore, type DeliveryStore } from './store/delivery-store.ts';
import { createIncidentStore, type IncidentStore } from './store/incident-store.ts';
import { createProgressStore, type ProgressStore } from './store/progress-store.ts';
import { createRuleStore, type RuleStore } from './store/rule-store.ts';
import { type WatchedStreams, watchedStreams } from './watched-streams.ts';

export interface AlertingOptions {
  readonly database: Database;
  /** Each has rules of its own. */
  readonly projects: () => readonly string[];
  /** Where people reach the dashboard; links in notifications begin with it. */
  readonly publicUrl: string;
  /** Whether webhooks may reach loopback, private and link-local addresses. */
  readonly allowPrivateWebhooks: boolean;
  /** Default: every 10 s, making up for at most an hour. */
  readonly grid?: EvaluationGrid;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds: what was received before is stored. Default: now, for whom stores before it acknowledges. */
  readonly storedUpTo?: () => number;
  readonly random: () => number;
  /** Resolves after the time, or rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** The metrics of alerting are registered here. */
  readonly registry: Registry;
}

/** Alerting as the API sees it, and the two loops behind it. */
export interface Alerting {
  readonly rules: RuleStore;
  readonly progress: ProgressStore;
  readonly incidents: IncidentStore;
  readonly deliveries: DeliveryStore;
  readonly streams: WatchedStreams;
  readonly send: Send<Channel>;
  readonly grid: EvaluationGrid;
  readonly publicUrl: string;
  readonly allowPrivateWebhooks: boolean;
  /** Judges all rules up to now, once. `start` does this again and again. */
  evaluate(): Promise<void>;
  /** Attempts everything in the outbox that is due, once. `start` does this again and again. */
  deliver(): Promise<void>;
  /** Begins to evaluate and deliver. Call it in one process at a time. */
  start(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

const POST_TIMEOUT_MS = 10_000;
/** How soon a retry that is due is noticed; new messages are sent at once. */
const OUTBOX_EVERY_SECONDS = 5;

/** Wires alerting together; nothing happens before `start`. */
export function createAlerting(options: AlertingOptions): Alerting {
  const { database, now, random, logger } = options;
  const grid = options.grid ?? { everySeconds: 10, longestGapSeconds: 3600 };
  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  const metrics = createAlertMetrics(options.registry, now);
  const rules = createRuleStore(database);
  const progress = createProgressStore(database, now);
  const incidents = createIncidentStore(database);
  const deliveries = createDeliveryStore(database);
  const streams = watchedStreams(database);
  const post = createPostJson({ allowPrivate: options.allowPrivateWebhooks, timeoutMs: POST_TIMEOUT_MS });
  const send = createSendToChannel(post, now);
  const outbox = createOutbox({ deliveries, incidents, send, publicUrl, now, random, logger, metrics });
  let loops: { readonly evaluating: Repeating; readonly delivering: Repeating } | undefined;
  const onTransition = () => loops?.delivering.wake();
  const recorder = createIncidentRecorder({
    incidents,
    deliveries,
    streams,
    now,
    logger,
    metrics,
    onTransition,
  });

  const seeded = new Set<string>();
  async function evaluate(): Promise<void> {
    for (const project of options.projects()) {
      if (!seeded.has(project)) await createDefaultRules(rules, project, now());
      seeded.add(project);
    }
    await runEvaluationRound({
      ...{ rules, progress, incidents, recorder, streams, grid, now, logger, metrics },
      storedUpTo: options.storedUpTo ?? now,
    });
  }

  let failing = false;
  async function evaluateOrSay(): Promise<void> {
    if (!database.ready) return;
    try {
      await evaluate();
      if (failing) logger.info('Alert rules are evaluated again');
      failing = false;
    } catch (error) {
      metrics.roundFailed();
      if (!failing) logger.error({ err: error }, 'Alert rules could not be evaluated; trying again');
      failing = true;
    }
  }

  return {
    rules,
    progress,
    incidents,
    deliveries,
    streams,
    send,
    grid,
    publicUrl,
    allowPrivateWebhooks: options.allowPrivateWebhooks,
    evaluate,
    deliver: outbox.drain,
    start() {
      const { delay } = options;
      loops ??= {
        evaluating: repeat(evaluateOrSay, { everySeconds: grid.everySeconds, delay }),
        delivering: repeat(async () => (database.ready ? outbox.drain() : undefined), {
          everySeconds: OUTBOX_EVERY_SECONDS,
          delay,
        }),
      };
    },
    async stop() {
      const running = loops;
      loops = undefined;
      await Promise.all([running?.evaluating.stop(), running?.delivering.stop()]);
    },
  };
}
