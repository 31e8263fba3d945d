import type { RuleStatus } from '@weir/schemas/api';
import {
  noFigures,
  type OpenIncident,
  openIncident,
  type RulePhase,
  type RuleProgress,
  type WindowFigures,
} from './rule-state.ts';

/**
 * What a detector makes of one window. `breach`: worse than the rule allows. `clear`: good enough to recover.
 * `between`: neither, the band that keeps an alert from flapping. `no_data`: too little to judge by.
 */
export type Verdict = 'breach' | 'between' | 'clear' | 'no_data';

/** A detector's answer for the instant `at`: every kind of rule is reduced to this before the machine sees it. */
export interface Judgement {
  readonly at: number;
  readonly verdict: Verdict;
  readonly figures: WindowFigures;
}

export interface HoldTimes {
  /** How long a breach lasts before the rule fires; 0 fires at the first one. */
  readonly forSeconds: number;
  /** How long it must be clear before the rule resolves; 0 resolves at once. */
  readonly recoveryForSeconds: number;
}

/** Why an incident ended: the rate came back, or the rule is no longer watching. */
export type ResolutionCause = 'recovered' | 'disabled' | 'deleted';

export interface FiringTransition {
  readonly kind: 'firing';
  readonly at: number;
  readonly incident: OpenIncident;
}

export interface ResolvedTransition {
  readonly kind: 'resolved';
  readonly at: number;
  readonly incident: OpenIncident;
  readonly cause: ResolutionCause;
}

/** What somebody has to be told. One step yields at most one. */
export type Transition = FiringTransition | ResolvedTransition;

export interface StepResult {
  readonly progress: RuleProgress;
  readonly transition: Transition | null;
}

/**
 * Moves a rule by one judgement: inactive, pending while the breach is young, firing, recovering while the recovery is
 * young, and back. Pure, so that a preview, a live rule and a replay after downtime cannot differ.
 *
 * Too little data ends a pending breach, because a breach nobody can see is not lasting; it does not end an incident,
 * because silence is no evidence of recovery.
 *
 * @param judgement later than everything judged before; after downtime or a corrected clock call `resumeAt` first
 */
export function step(hold: HoldTimes, before: RuleProgress, judgement: Judgement): StepResult {
  const { at, verdict, figures } = judgement;
  const { phase, transition } = move(hold, before, judgement);
  const status = statusOf(phase, verdict);
  return {
    progress: {
      phase,
      status,
      since: status === before.status ? before.since : at,
      evaluatedAt: at,
      figures,
      detail: detailOf(phase, verdict, figures),
      incidents: transition?.kind === 'firing' ? transition.incident.number : before.incidents,
    },
    transition,
  };
}

interface Move {
  readonly phase: RulePhase;
  readonly transition: Transition | null;
}

function move(hold: HoldTimes, before: RuleProgress, judgement: Judgement): Move {
  switch (before.phase.name) {
    case 'quiet':
      return watchBreach(hold, before, judgement.at, judgement);
    case 'pending':
      return watchBreach(hold, before, before.phase.breachSince, judgement);
    case 'firing':
      return watchRecovery(hold, before.phase.incident, judgement.at, judgement);
    case 'recovering':
      return watchRecovery(hold, before.phase.incident, before.phase.clearSince, judgement);
  }
}

function watchBreach(hold: HoldTimes, before: RuleProgress, breachSince: number, judgement: Judgement): Move {
  const { at, verdict, figures } = judgement;
  if (verdict !== 'breach') return { phase: { name: 'quiet' }, transition: null };
  if (at - breachSince < hold.forSeconds * 1000) {
    return { phase: { name: 'pending', breachSince }, transition: null };
  }
  const incident: OpenIncident = {
    number: before.incidents + 1,
    startedAt: breachSince,
    firedAt: at,
    peakFailureRate: figures.failureRate ?? 0,
    revision: 1,
  };
  return { phase: { name: 'firing', incident }, transition: { kind: 'firing', at, incident } };
}

function watchRecovery(hold: HoldTimes, open: OpenIncident, clearSince: number, judgement: Judgement): Move {
  const { at, verdict } = judgement;
  const incident = withPeak(open, judgement);
  if (verdict !== 'clear') return { phase: { name: 'firing', incident }, transition: null };
  if (at - clearSince < hold.recoveryForSeconds * 1000) {
    return { phase: { name: 'recovering', incident, clearSince }, transition: null };
  }
  return { phase: { name: 'quiet' }, transition: resolution(incident, at, 'recovered') };
}

/** A window with too few streams has a rate too, but one that says nothing. */
function withPeak(incident: OpenIncident, { verdict, figures }: Judgement): OpenIncident {
  const rate = verdict === 'no_data' ? 0 : (figures.failureRate ?? 0);
  if (rate <= incident.peakFailureRate) return incident;
  return { ...incident, peakFailureRate: rate, revision: incident.revision + 1 };
}

function resolution(incident: OpenIncident, at: number, cause: ResolutionCause): ResolvedTransition {
  return { kind: 'resolved', at, incident: { ...incident, revision: incident.revision + 1 }, cause };
}

function statusOf(phase: RulePhase, verdict: Verdict): RuleStatus {
  if (phase.name !== 'quiet') return phase.name;
  return verdict === 'no_data' ? 'no_data' : 'inactive';
}

function detailOf(phase: RulePhase, verdict: Verdict, figures: WindowFigures): string | null {
  if (verdict !== 'no_data') return null;
  const seen = `Only ${figures.streams} streams in the window, too few to judge`;
  return phase.name === 'firing' ? `${seen}: keeps firing until there is evidence of recovery.` : `${seen}.`;
}

/** The evaluation itself failed: shown as `error`, and nothing else moves, so the instant is judged later. */
export function fail(before: RuleProgress, at: number, detail: string): RuleProgress {
  return { ...before, status: 'error', since: before.status === 'error' ? before.since : at, detail };
}

/** Stops watching. An open incident is resolved, so that no receiver waits for an end that never comes. */
export function standDown(
  before: RuleProgress,
  at: number,
  cause: 'disabled' | 'deleted',
): { readonly progress: RuleProgress; readonly transition: ResolvedTransition | null } {
  if (before.status === 'disabled' && before.phase.name === 'quiet')
    return { progress: before, transition: null };
  const open = openIncident(before.phase);
  return {
    progress: {
      ...before,
      phase: { name: 'quiet' },
      status: 'disabled',
      since: at,
      evaluatedAt: null,
      figures: noFigures,
      detail: null,
    },
    transition: open === null ? null : resolution(open, at, cause),
  };
}

/**
 * Continues at `at` after a stretch that nobody judged, or after the clock was set back. A hold time must be seen to
 * pass, so those under way start again; an incident stays open.
 */
export function resumeAt(before: RuleProgress, at: number): RuleProgress {
  const { phase } = before;
  if (phase.name === 'pending') {
    return { ...before, phase: { name: 'quiet' }, status: 'inactive', since: at, evaluatedAt: null };
  }
  if (phase.name === 'recovering') {
    const { incident } = phase;
    return { ...before, phase: { name: 'firing', incident }, status: 'firing', since: at, evaluatedAt: null };
  }
  return { ...before, since: Math.min(before.since, at), evaluatedAt: null };
}
