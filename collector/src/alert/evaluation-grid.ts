export interface EvaluationGrid {
  /** Distance of evaluations; instants are multiples of it since the epoch, so that a preview meets the same ones. */
  readonly everySeconds: number;
  /** The longest stretch that is made up for after downtime. */
  readonly longestGapSeconds: number;
}

/**
 * `wait`: nothing to judge yet. `due`: judge these, in order. `resume`: the stretch since the last one is unknown or
 * makes no sense (too long a downtime, a clock set back); judge this one and take no hold time across the gap.
 */
export type DueInstants =
  | { readonly status: 'wait' }
  | { readonly status: 'due'; readonly instants: readonly number[] }
  | { readonly status: 'resume'; readonly at: number };

/** A clock this much behind is waited for; one further behind has been set, and waiting would be silence. */
const CLOCK_PATIENCE_MS = 60_000;

/**
 * Which instants to judge now. After a missed tick or a restart these are all that were missed: their windows hold the
 * same streams as they did then, so the rule comes out where it would have been.
 *
 * @param evaluatedAt the instant judged last, Unix milliseconds
 */
export function dueInstants(grid: EvaluationGrid, evaluatedAt: number | null, now: number): DueInstants {
  const everyMs = grid.everySeconds * 1000;
  const newest = Math.floor(now / everyMs) * everyMs;
  if (evaluatedAt === null) return { status: 'due', instants: [newest] };
  if (newest <= evaluatedAt) {
    return evaluatedAt - now <= CLOCK_PATIENCE_MS ? { status: 'wait' } : { status: 'resume', at: newest };
  }
  if (newest - evaluatedAt > grid.longestGapSeconds * 1000) return { status: 'resume', at: newest };
  return { status: 'due', instants: instantsBetween(evaluatedAt + 1, newest, everyMs) };
}

/** Every instant of the grid in [from, to]. */
export function instantsBetween(from: number, to: number, everyMs: number): number[] {
  const instants: number[] = [];
  for (let at = Math.ceil(from / everyMs) * everyMs; at <= to; at += everyMs) instants.push(at);
  return instants;
}
