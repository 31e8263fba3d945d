import type { RuleInput } from '@weir/schemas/api';
import type { FiringTransition, ResolvedTransition } from './rule-machine.ts';
import { type OpenIncident, openIncident, type RuleProgress, type WindowFigures } from './rule-state.ts';
import type { StoredIncident, Suspects } from './store/incident-store.ts';

/** The same for the same incident however often it is worked out, so that storing it twice changes nothing. */
export function incidentId(ruleId: string, number: number): string {
  return `${ruleId}-${number}`;
}

export interface WatchingRule {
  readonly id: string;
  readonly project: string;
  readonly definition: RuleInput;
}

/** @param figures and suspects: of the window in which it fired */
export function firedIncident(
  rule: WatchingRule,
  { incident, at }: FiringTransition,
  figures: WindowFigures,
  suspects: Suspects,
): StoredIncident {
  const { definition } = rule;
  return {
    id: incidentId(rule.id, incident.number),
    project: rule.project,
    version: incident.revision,
    ruleId: rule.id,
    number: incident.number,
    ruleName: definition.name,
    startedAt: incident.startedAt,
    firedAt: at,
    resolvedAt: null,
    resolution: null,
    filters: definition.filters,
    threshold: definition.threshold,
    windowSeconds: definition.windowSeconds,
    delaySeconds: definition.delaySeconds,
    failureRate: figures.failureRate ?? 0,
    streams: figures.streams,
    failed: figures.failed,
    peakFailureRate: incident.peakFailureRate,
    finalFailureRate: null,
    suspects,
  };
}

/** @param figures of the window in which it resolved; null where nothing was measured */
export function resolvedIncident(
  before: StoredIncident,
  { incident, at, cause }: ResolvedTransition,
  figures: WindowFigures | null,
): StoredIncident {
  return {
    ...before,
    version: incident.revision,
    resolvedAt: at,
    resolution: cause,
    peakFailureRate: incident.peakFailureRate,
    finalFailureRate: figures?.failureRate ?? null,
  };
}

/** The window that an incident fired on, Unix milliseconds, half-open. */
export function firingWindow(
  { windowSeconds, delaySeconds }: RuleInput,
  firedAt: number,
): { from: number; to: number } {
  const to = firedAt - delaySeconds * 1000;
  return { from: to - windowSeconds * 1000, to };
}

/** What is stored beside the progress of a rule, as far as the machine is concerned. */
function openFrom(stored: StoredIncident): OpenIncident {
  const { number, startedAt, firedAt, peakFailureRate, version } = stored;
  return { number, startedAt, firedAt, peakFailureRate, revision: version };
}

/**
 * Puts a rule where its incidents say it is. The incident is written first and is the proof; after a crash between the
 * two writes the progress is one transition behind.
 *
 * @param stored incidents of this rule: those that are firing, and the one that the progress is in
 */
export function reconciled(progress: RuleProgress, stored: readonly StoredIncident[]): RuleProgress {
  const firing = stored.findLast(({ resolvedAt }) => resolvedAt === null);
  const open = openIncident(progress.phase);
  if (firing !== undefined && open?.number !== firing.number) {
    return {
      ...progress,
      phase: { name: 'firing', incident: openFrom(firing) },
      evaluatedAt: latest(progress.evaluatedAt, firing.firedAt),
      incidents: Math.max(progress.incidents, firing.number),
    };
  }
  const ended = stored.find(({ number }) => number === open?.number)?.resolvedAt ?? null;
  if (ended === null) return progress;
  return { ...progress, phase: { name: 'quiet' }, evaluatedAt: latest(progress.evaluatedAt, ended) };
}

function latest(evaluatedAt: number | null, at: number): number {
  return evaluatedAt === null ? at : Math.max(evaluatedAt, at);
}
