import { ruleStatuses } from '@weir/schemas/api';
import { type Static, Type } from 'typebox';

/** Times are Unix milliseconds of the wall clock, because streams are compared with it. */
const Time = Type.Number();
const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

export const WindowFigures = Type.Object({
  /** Streams in the window that count: all but those their user aborted. */
  streams: Type.Number(),
  failed: Type.Number(),
  /** failed / streams; null for an empty window. */
  failureRate: NullableNumber,
});
export type WindowFigures = Static<typeof WindowFigures>;

/** The incident that a firing rule is in. */
export const OpenIncident = Type.Object({
  /** Counts the incidents of a rule from 1; with the rule's id it names the incident. */
  number: Type.Integer(),
  /** When the rate first exceeded the threshold without coming back below. */
  startedAt: Time,
  firedAt: Time,
  peakFailureRate: Type.Number(),
  /** Grows with each stored version of the incident. */
  revision: Type.Integer(),
});
export type OpenIncident = Static<typeof OpenIncident>;

/**
 * Where a rule is between silence and an incident. What a person is shown (`status`) can differ: a firing rule whose
 * evaluation fails has status `error` and stays in its incident.
 */
export const RulePhase = Type.Union([
  Type.Object({ name: Type.Literal('quiet') }),
  Type.Object({ name: Type.Literal('pending'), breachSince: Time }),
  Type.Object({ name: Type.Literal('firing'), incident: OpenIncident }),
  Type.Object({ name: Type.Literal('recovering'), incident: OpenIncident, clearSince: Time }),
]);
export type RulePhase = Static<typeof RulePhase>;

/** Everything that has to survive a restart for a rule to go on as if nothing happened. Stored as JSON. */
export const RuleProgress = Type.Object({
  phase: RulePhase,
  status: Type.Enum(ruleStatuses),
  /** When `status` was entered. */
  since: Time,
  /** The instant judged last; null before the first. A failed evaluation does not move it. */
  evaluatedAt: Type.Union([Time, Type.Null()]),
  figures: WindowFigures,
  detail: Type.Union([Type.String(), Type.Null()]),
  /** Incidents of this rule so far. */
  incidents: Type.Integer(),
});
export type RuleProgress = Static<typeof RuleProgress>;

export const noFigures: WindowFigures = { streams: 0, failed: 0, failureRate: null };

/** A rule that has not been evaluated yet. */
export function initialProgress(at: number): RuleProgress {
  return {
    phase: { name: 'quiet' },
    status: 'inactive',
    since: at,
    evaluatedAt: null,
    figures: noFigures,
    detail: null,
    incidents: 0,
  };
}

/** The incident the rule is in, if any. */
export function openIncident(phase: RulePhase): OpenIncident | null {
  return phase.name === 'firing' || phase.name === 'recovering' ? phase.incident : null;
}
