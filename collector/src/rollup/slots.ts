import { type Level, levels } from '../query/levels.ts';
import type { Coverage } from '../query/plan.ts';

/** Which streams ended in a slot: how many, and the sum of their span ids modulo 2^64. */
export interface Fingerprint {
  readonly rows: number;
  readonly checksum: string;
}

/** A slot as `streams` has it. */
export interface StoredSlot extends Fingerprint {
  readonly project: string;
  readonly levelSeconds: number;
  /** Its start, Unix milliseconds. */
  readonly slotMs: number;
}

/** A slot as `rollups` has it: the streams that it was made of. */
export interface RolledSlot extends StoredSlot {
  readonly generation: number;
}

/** What is in `streams` and in `rollups` at one time. */
export interface Inventory {
  readonly stored: readonly StoredSlot[];
  readonly rolled: readonly RolledSlot[];
  /** When it was taken, Unix milliseconds. */
  readonly takenAtMs: number;
}

/** Slots that are compared with their streams. */
export interface ComparedSlots extends Coverage {
  /** Slots whose rollups are missing or not of the same streams, newest first, coarse ones after fine ones. */
  readonly due: readonly DueSlot[];
  /** Generations that nothing reads any more. */
  readonly superseded: readonly number[];
}

export interface DueSlot extends StoredSlot {
  /** False for a slot that was made before, of fewer streams or of others. */
  readonly isNew: boolean;
}

export interface CompareOptions {
  /** A slot is made this long after its end at the earliest: most late streams are there by then. */
  readonly settleMs: number;
  /** Days that `streams` keeps; older slots cannot be made again, so what is there counts. */
  readonly storedDays: number;
  /** Where projects differ: from the moment on that retention may have deleted a part of a slot, what is there counts. */
  readonly storedDaysOf?: (project: string) => number;
}

const DAY_MS = 86_400_000;
/** Before streams of that age are deleted, and less than the shortest time that they are kept. */
const MARGIN_DAYS = 0.5;

/**
 * Finds which slots of the rollups equal their streams. Nothing is remembered but what ClickHouse has: a late stream, a
 * deleted one, a crash between two steps or another collector at work all show as a difference.
 */
export function compareSlots(inventory: Inventory, options: CompareOptions): ComparedSlots {
  const { stored, rolled, takenAtMs } = inventory;
  const newest = new Map<string, RolledSlot>();
  const superseded: number[] = [];
  for (const slot of rolled.toSorted((a, b) => a.generation - b.generation)) {
    const before = newest.get(keyOf(slot));
    if (before !== undefined) superseded.push(before.generation);
    newest.set(keyOf(slot), slot);
  }
  const present = new Map(stored.map((slot) => [keyOf(slot), slot]));
  const untilMs = takenAtMs - options.settleMs;
  const { storedDays, storedDaysOf = () => storedDays } = options;
  const fixedBeforeMs = (project: string) => takenAtMs - (storedDaysOf(project) - MARGIN_DAYS) * DAY_MS;
  const isCurrent = (slot: RolledSlot) => {
    const of = present.get(keyOf(slot));
    // Rollups outlive the streams that they were made of.
    return of === undefined || slot.slotMs < fixedBeforeMs(slot.project) || isSame(slot, of);
  };
  const startsMs = [...stored, ...rolled].map(({ slotMs }) => slotMs);
  return {
    fromMs: startsMs.reduce((first, ms) => Math.min(first, ms), untilMs),
    untilMs,
    due: stored
      .filter(isDue)
      .map((slot) => ({ ...slot, isNew: !newest.has(keyOf(slot)) }))
      .toSorted(order),
    superseded,
    generationOf(project, levelSeconds, slotMs) {
      const key = keyOf({ project, levelSeconds, slotMs });
      const slot = newest.get(key);
      if (slot !== undefined && isCurrent(slot)) return slot.generation;
      return present.has(key) ? undefined : 'empty';
    },
  };

  function isDue(slot: StoredSlot): boolean {
    const level = levelOf(slot.levelSeconds);
    if (level === undefined || slot.rows < level.minimumStreams) return false;
    if (slot.slotMs + 1_000 * level.seconds > untilMs) return false;
    if (slot.slotMs < Math.max(fixedBeforeMs(slot.project), takenAtMs - level.days * DAY_MS)) return false;
    const before = newest.get(keyOf(slot));
    return before === undefined || !isSame(before, slot);
  }
}

function levelOf(seconds: number): Level | undefined {
  return levels.find((level) => level.seconds === seconds);
}

function isSame(a: Fingerprint, b: Fingerprint): boolean {
  return a.rows === b.rows && a.checksum === b.checksum;
}

function order(a: DueSlot, b: DueSlot): number {
  return (
    a.levelSeconds - b.levelSeconds ||
    (a.project === b.project ? b.slotMs - a.slotMs : a.project < b.project ? -1 : 1)
  );
}

/** One slot of one level of one project. */
export function keyOf({ project, levelSeconds, slotMs }: Omit<StoredSlot, keyof Fingerprint>): string {
  return `${levelSeconds} ${slotMs} ${project}`;
}

/** Slots that one statement fills hold no more streams than this, unless it is one slot. */
const STREAMS_AT_ONCE = 500_000;
const SLOTS_AT_ONCE = 12;

/** Neighbouring slots of one project and level in runs, each in the order of time: a statement has a cost of its own. */
export function runsOf(due: readonly DueSlot[]): (readonly [DueSlot, ...DueSlot[]])[] {
  const runs: [DueSlot, ...DueSlot[]][] = [];
  let streams = 0;
  for (const slot of due) {
    const run = runs.at(-1);
    const [next] = run ?? [];
    const continues =
      next?.project === slot.project &&
      next.levelSeconds === slot.levelSeconds &&
      next.slotMs === slot.slotMs + 1_000 * slot.levelSeconds &&
      streams + slot.rows <= STREAMS_AT_ONCE &&
      (run?.length ?? 0) < SLOTS_AT_ONCE;
    streams = continues ? streams + slot.rows : slot.rows;
    if (continues) run?.unshift(slot);
    else runs.push([slot]);
  }
  return runs;
}
