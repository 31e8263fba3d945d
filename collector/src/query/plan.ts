import { levels } from './levels.ts';

/** What rollups of one project hold as `streams` does. */
export interface Coverage {
  /** The first slot that has streams or did have, Unix milliseconds. */
  readonly fromMs: number;
  /** Slots that end later are not covered. */
  readonly untilMs: number;
  /** The generation of a slot that equals its streams; `empty` when there are none; undefined: ask `streams`. */
  generationOf(project: string, levelSeconds: number, slotMs: number): number | 'empty' | undefined;
}

/** Unix milliseconds, half-open. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Slots of one level. */
export interface RolledPiece extends TimeRange {
  readonly levelSeconds: number;
  /** The slots that count are those of these generations, one each. */
  readonly generations: readonly number[];
}

/** Where the streams of a range are counted: each in one place. */
export interface Plan {
  readonly rolled: readonly RolledPiece[];
  /** In order, none touching the next. */
  readonly raw: readonly TimeRange[];
}

export interface PlanOptions {
  readonly project: string;
  /** Slots must not reach over multiples of this: the width of a time axis. */
  readonly widthMs?: number | undefined;
  /** Default all of them. */
  readonly levelSeconds?: readonly number[];
}

/** Everything from `streams`. */
export function rawPlan(range: TimeRange): Plan {
  return { rolled: [], raw: range.fromMs < range.toMs ? [range] : [] };
}

/** Takes the coarsest slots that lie in the range and equal their streams; what is left over comes from `streams`. */
export function planOf(range: TimeRange, coverage: Coverage | undefined, options: PlanOptions): Plan {
  if (coverage === undefined) return rawPlan(range);
  const rolled: RolledPiece[] = [];
  let left: TimeRange[] = [...rawPlan(range).raw];
  for (const { seconds } of levels.toReversed()) {
    if (options.levelSeconds?.includes(seconds) === false) continue;
    if (options.widthMs !== undefined && options.widthMs % (seconds * 1_000) !== 0) continue;
    const taken = takeSlots(left, seconds, coverage.untilMs, (slotMs) =>
      coverage.generationOf(options.project, seconds, slotMs),
    );
    if (taken.piece !== undefined) rolled.push(taken.piece);
    left = taken.left;
  }
  return { rolled, raw: left };
}

function takeSlots(
  ranges: readonly TimeRange[],
  levelSeconds: number,
  untilMs: number,
  generationOf: (slotMs: number) => number | 'empty' | undefined,
): { piece: RolledPiece | undefined; left: TimeRange[] } {
  const lengthMs = levelSeconds * 1_000;
  const generations: number[] = [];
  const slots: number[] = [];
  const left: TimeRange[] = [];
  for (const { fromMs, toMs } of ranges) {
    let leftFromMs = fromMs;
    const endMs = Math.min(toMs, untilMs);
    for (
      let slotMs = Math.ceil(fromMs / lengthMs) * lengthMs;
      slotMs + lengthMs <= endMs;
      slotMs += lengthMs
    ) {
      const generation = generationOf(slotMs);
      if (generation === undefined) continue;
      if (leftFromMs < slotMs) left.push({ fromMs: leftFromMs, toMs: slotMs });
      leftFromMs = slotMs + lengthMs;
      if (generation === 'empty') continue;
      generations.push(generation);
      slots.push(slotMs);
    }
    if (leftFromMs < toMs) left.push({ fromMs: leftFromMs, toMs });
  }
  const [first = 0] = slots;
  const last = slots.at(-1) ?? 0;
  const piece = { levelSeconds, fromMs: first, toMs: last + lengthMs, generations };
  return { piece: slots.length === 0 ? undefined : piece, left };
}
