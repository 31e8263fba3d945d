import type { BaseLogger } from 'pino';
import { type AdvanceOptions, advanceRule } from './advance-rule.ts';
import type { AlertMetrics } from './alert-metrics.ts';
import { eachOf } from './each-of.ts';
import { incidentId } from './incident.ts';
import { fail } from './rule-machine.ts';
import { initialProgress, openIncident, type RuleProgress } from './rule-state.ts';
import type { IncidentStore, StoredIncident } from './store/incident-store.ts';
import type { ProgressStore, StoredProgress } from './store/progress-store.ts';
import type { RuleListing, RuleStore, StoredRule } from './store/rule-store.ts';

export interface EvaluationRoundOptions extends AdvanceOptions {
  readonly rules: Pick<RuleStore, 'list'>;
  readonly progress: ProgressStore;
  readonly incidents: Pick<IncidentStore, 'openOrNamed'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  readonly logger: Pick<BaseLogger, 'warn'>;
  readonly metrics: Pick<AlertMetrics, 'evaluated' | 'rules'>;
}

const PARALLEL = 4;

/**
 * Judges every rule up to now. All it knows comes from ClickHouse and goes back there, so that a round after a restart
 * is like any other; what could not be stored is where it was, and the next round makes up for it.
 *
 * @throws when rules could not be read or results not be stored
 */
export async function runEvaluationRound(options: EvaluationRoundOptions): Promise<void> {
  const now = options.now();
  const listing = await options.rules.list();
  const known = await options.progress.all();
  const incidents = await options.incidents.openOrNamed(openIncidentIds(known));
  const progressOf = (id: string) => known.get(id)?.progress ?? initialProgress(now);
  const after = new Map<string, RuleProgress>();
  for (const { id, reason } of listing.unreadable) {
    const before = progressOf(id);
    const detail = `The stored rule cannot be read (${reason}). Save it again or delete it.`;
    if (before.status !== 'error') options.logger.warn({ rule: id }, detail);
    after.set(id, fail(before, now, detail));
  }
  const failures: unknown[] = [];
  await eachOf(watched(listing, known, incidents), PARALLEL, async ({ ruleId, rule }) => {
    const own = incidents.filter((incident) => incident.ruleId === ruleId);
    const stored = { ruleId, rule, progress: progressOf(ruleId), incidents: own };
    try {
      after.set(ruleId, await advanceRule(options, stored, now));
    } catch (error) {
      failures.push(error);
    }
  });
  const changed = [...after].filter(([id, progress]) => known.get(id)?.progress !== progress);
  await options.progress.put(
    changed.map(([ruleId, progress]) => ({
      ruleId,
      version: (known.get(ruleId)?.version ?? 0) + 1,
      progress,
    })),
  );
  options.metrics.rules(counted([...after.values()]));
  if (failures.length > 0) throw failures[0];
}

function openIncidentIds(known: ReadonlyMap<string, StoredProgress>): string[] {
  return [...known].flatMap(([ruleId, { progress }]) => {
    const open = openIncident(progress.phase);
    return open === null ? [] : [incidentId(ruleId, open.number)];
  });
}

interface WatchedRule {
  readonly ruleId: string;
  /** null when it was deleted. */
  readonly rule: StoredRule | null;
}

/** Every rule, and those that were deleted and have something left to be closed. */
function watched(
  { rules, unreadable }: RuleListing,
  known: ReadonlyMap<string, StoredProgress>,
  incidents: readonly StoredIncident[],
): WatchedRule[] {
  const present = new Set([...rules, ...unreadable].map(({ id }) => id));
  const unfinished = [
    ...[...known.values()].filter(({ progress }) => progress.status !== 'disabled'),
    ...incidents.filter(({ resolvedAt }) => resolvedAt === null),
  ].map(({ ruleId }) => ruleId);
  const deleted = new Set(unfinished.filter((ruleId) => !present.has(ruleId)));
  return [
    ...rules.map((rule) => ({ ruleId: rule.id, rule })),
    ...[...deleted].map((ruleId) => ({ ruleId, rule: null })),
  ];
}

function counted(progress: readonly RuleProgress[]) {
  const instants = progress.flatMap(({ evaluatedAt }) => (evaluatedAt === null ? [] : [evaluatedAt]));
  return {
    firing: progress.filter(({ phase }) => openIncident(phase) !== null).length,
    erroneous: progress.filter(({ status }) => status === 'error').length,
    evaluatedAt: instants.length === 0 ? null : Math.min(...instants),
  };
}
