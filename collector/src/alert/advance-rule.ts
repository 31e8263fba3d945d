import { ClickHouseError } from '@clickhouse/client';
import type { BaseLogger } from 'pino';
import type { AlertMetrics } from './alert-metrics.ts';
import { type Evaluation, evaluateRule } from './evaluate-rule.ts';
import { dueInstants, type EvaluationGrid } from './evaluation-grid.ts';
import { reconciled } from './incident.ts';
import type { IncidentRecorder } from './incident-recorder.ts';
import { fail, resumeAt, standDown } from './rule-machine.ts';
import { openIncident, type RuleProgress } from './rule-state.ts';
import { countedRange, type FailureCount } from './sliding-window.ts';
import type { StoredIncident } from './store/incident-store.ts';
import type { StoredRule } from './store/rule-store.ts';
import type { WatchedStreams } from './watched-streams.ts';

export interface AdvanceOptions {
  readonly recorder: IncidentRecorder;
  readonly streams: Pick<WatchedStreams, 'counts'>;
  readonly grid: EvaluationGrid;
  readonly logger: Pick<BaseLogger, 'warn'>;
  readonly metrics: Pick<AlertMetrics, 'evaluated'>;
  /** Unix milliseconds: what was received before is stored. Now, when nothing waits. */
  readonly storedUpTo: () => number;
}

export interface RuleAsStored {
  readonly ruleId: string;
  /** null when it was deleted. */
  readonly rule: StoredRule | null;
  readonly progress: RuleProgress;
  /** Its incidents: those that are firing, and the one that `progress` is in. Oldest first. */
  readonly incidents: readonly StoredIncident[];
}

/**
 * Brings one rule up to now and stores the transitions on the way; the progress is for the caller to store.
 *
 * @throws when a transition could not be stored: the rule is then where it was, and the same transition comes again
 */
export async function advanceRule(
  options: AdvanceOptions,
  { ruleId, rule, progress, incidents }: RuleAsStored,
  now: number,
): Promise<RuleProgress> {
  const before = reconciled(progress, incidents);
  const open = incidents.find(({ number }) => number === openIncident(before.phase)?.number);
  if (rule === null || !rule.definition.enabled) {
    return retire(options.recorder, before, open, { at: now, cause: rule === null ? 'deleted' : 'disabled' });
  }
  const complete = options.storedUpTo() + rule.definition.delaySeconds * 1000;
  const due = dueInstants(options.grid, before.evaluatedAt, judgeableUpTo(complete, before.evaluatedAt, now));
  if (due.status === 'wait') return before;
  const start = due.status === 'resume' ? resumeAt(before, due.at) : before;
  const instants = due.status === 'resume' ? [due.at] : due.instants;
  let counts: readonly FailureCount[];
  try {
    const range = countedRange(rule.definition, instants, options.grid.everySeconds);
    const watched = { project: rule.project, filters: rule.definition.filters };
    counts = await options.streams.counts(watched, range);
  } catch (error) {
    options.metrics.evaluated('error');
    if (before.status !== 'error') {
      options.logger.warn({ err: error, rule: ruleId }, 'An alert rule could not be evaluated');
    }
    return fail(before, now, `The rule could not be evaluated: ${reasonOf(error)}`);
  }
  const evaluation = evaluateRule(rule.definition, start, instants, counts);
  await recordTransitions(options.recorder, rule, open, evaluation);
  options.metrics.evaluated('ok');
  return evaluation.progress;
}

/** An alert that is late is worth more than none: after this long the streams that are there decide. */
const LONGEST_HOLD_MS = 300_000;

/**
 * Streams that wait in the spool are missing from the newest windows. Judged without them, a rule could fire or resolve
 * by what happens to be loaded first; so the instants whose windows are not complete are judged later.
 */
function judgeableUpTo(complete: number, evaluatedAt: number | null, now: number): number {
  const held = Math.max(complete, now - LONGEST_HOLD_MS, evaluatedAt ?? Number.NEGATIVE_INFINITY);
  return Math.min(now, held);
}

async function retire(
  recorder: IncidentRecorder,
  before: RuleProgress,
  open: StoredIncident | undefined,
  { at, cause }: { at: number; cause: 'disabled' | 'deleted' },
): Promise<RuleProgress> {
  const { progress, transition } = standDown(before, at, cause);
  if (transition !== null && open !== undefined) await recorder.resolve(open, transition, null);
  return progress;
}

async function recordTransitions(
  recorder: IncidentRecorder,
  rule: StoredRule,
  open: StoredIncident | undefined,
  { transitions, progress }: Evaluation,
): Promise<void> {
  let current = open;
  for (const { transition, figures } of transitions) {
    if (transition.kind === 'firing') current = await recorder.fire(rule, transition, figures);
    else if (current !== undefined) current = await recorder.resolve(current, transition, figures);
  }
  const remaining = openIncident(progress.phase);
  if (remaining !== null && current !== undefined && remaining.revision > current.version) {
    await recorder.worsen(current, remaining);
  }
}

/** ClickHouse explains itself over many lines; the first says what happened. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n', 1)[0] ?? '';
  return error instanceof ClickHouseError ? `ClickHouse says: ${line}` : line;
}
