import type { BaseLogger } from 'pino';
import type { Database } from '../query/ask.ts';
import type { Coverage } from '../query/plan.ts';
import { integers, rendered, sql } from '../query/sql.ts';
import { fillSlots } from './fill-slots.ts';
import { takeInventory } from './inventory.ts';
import {
  type ComparedSlots,
  type CompareOptions,
  compareSlots,
  type DueSlot,
  keyOf,
  runsOf,
} from './slots.ts';

export interface RollerOptions extends CompareOptions {
  /** May throw while ClickHouse is not there; the round is then made later. */
  readonly database: Database;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Pick<BaseLogger, 'info' | 'warn'>;
  /** Threads that ClickHouse may use to make slots; default 1, as people who ask come first. */
  readonly threads?: number;
  readonly onFill?: (fill: { seconds: number; rows: number; status: 'filled' | 'failed' }) => void;
}

/** Keeps rollups equal to `streams`. */
export interface Roller {
  start(): void;
  stop(): Promise<void>;
  /** What rollups can answer, as of the last round; undefined before the first. */
  coverage(): Coverage | undefined;
  /** Slots that are to be made or made again. */
  due(): number;
  /** Finds out what rollups can answer now. */
  compare(): Promise<void>;
  /** Compares and fills until nothing is due. */
  catchUp(): Promise<void>;
}

/** How late a late stream may be missing from answers that read rollups. */
const ROUND_MS = 5_000;
/** Between two comparisons, so that what is covered stays known while much is due. */
const FILLING_MS = 5_000;
/** A slot into which late streams keep arriving is made again no more often than this. */
const RESTLESS_MS = 300_000;
const CLEANING_MS = 600_000;
/** Answers that were planned before a slot was made again have been given by then. */
const SUPERSEDED_FOR_MS = 120_000;

/**
 * Compares the slots of `rollups` with those of `streams` again and again, and makes those anew that differ. A slot that
 * differs is answered from `streams` until then, so no answer waits for this and none is wrong meanwhile.
 */
export function createRoller(options: RollerOptions): Roller {
  const { database, now, delay, logger, threads = 1, onFill } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let compared: ComparedSlots | undefined;
  let running: Promise<void> | undefined;
  let seen = new Map<string, { checksum: string; sinceMs: number }>();
  const supersededSince = new Map<number, number>();
  let cleanedAtMs = now();
  let nextGeneration = 0;
  let isFailing = false;
  let isBehind = false;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const left = await round(FILLING_MS).catch(failed);
      await delay(left > 0 ? 0 : ROUND_MS, signal);
    }
  }

  /** @returns how many slots could be filled at once in the next round */
  async function round(fillingMs: number): Promise<number> {
    await compare();
    const ready = readySlots();
    const untilMs = now() + fillingMs;
    let filled = 0;
    for (const slots of runsOf(ready)) {
      if (signal.aborted || (filled > 0 && now() >= untilMs)) break;
      await fill(slots);
      filled += slots.length;
      // What coarse slots are made of is known only after a comparison.
      if (slots[0].levelSeconds !== ready[filled]?.levelSeconds) break;
    }
    if (filled > 0) await compare();
    await clean();
    isFailing = false;
    report(ready.length - filled);
    return ready.length - filled;
  }

  async function compare(): Promise<void> {
    compared = compareSlots(await takeInventory(database, now(), signal), options);
    for (const generation of compared.superseded) {
      if (!supersededSince.has(generation)) supersededSince.set(generation, now());
    }
  }

  /** Slots that are new, at rest since the round before, or restless for long. */
  function readySlots(): DueSlot[] {
    const due = compared?.due ?? [];
    const before = seen;
    seen = new Map();
    return due.filter((slot) => {
      const known = before.get(keyOf(slot));
      const sinceMs = known?.sinceMs ?? now();
      const isReady = slot.isNew || known?.checksum === slot.checksum || now() - sinceMs >= RESTLESS_MS;
      seen.set(keyOf(slot), { checksum: slot.checksum, sinceMs: isReady ? now() : sinceMs });
      return isReady;
    });
  }

  async function fill(slots: readonly [DueSlot, ...DueSlot[]]): Promise<void> {
    if (compared === undefined) return;
    const [{ project, levelSeconds, slotMs }] = slots;
    const generation = Math.max(now() * 1_000, nextGeneration);
    nextGeneration = generation + slots.length;
    const rows = slots.reduce((sum, slot) => sum + slot.rows, 0);
    const startedAtMs = now();
    const seconds = () => (now() - startedAtMs) / 1_000;
    try {
      const wanted = { project, levelSeconds, slotMs, count: slots.length, generation };
      await fillSlots(wanted, { client: database.client(), coverage: compared, threads, signal });
      onFill?.({ seconds: seconds(), rows, status: 'filled' });
    } catch (error) {
      onFill?.({ seconds: seconds(), rows, status: 'failed' });
      throw error;
    }
  }

  async function clean(): Promise<void> {
    if (now() - cleanedAtMs < CLEANING_MS) return;
    cleanedAtMs = now();
    const old = [...supersededSince].filter(([, sinceMs]) => now() - sinceMs >= SUPERSEDED_FOR_MS);
    const generations = old.map(([generation]) => generation);
    if (generations.length === 0) return;
    for (const table of ['rollups', 'request_attempts']) {
      const statement = sql`DELETE FROM ${{ parts: [table] }} WHERE generation IN (${integers(generations)})`;
      await database.client().command({ ...rendered(statement), abort_signal: signal });
    }
    for (const generation of generations) supersededSince.delete(generation);
  }

  async function failed(error: unknown): Promise<number> {
    // One line an episode.
    if (!isFailing && !signal.aborted) {
      logger.warn(`Rollups are not kept up, streams answer meanwhile: ${reasonOf(error)}`);
    }
    isFailing = true;
    return 0;
  }

  function report(left: number): void {
    if (left > 100 && !isBehind) logger.info(`${left} slots of rollups are to be made, newest first`);
    if (left === 0 && isBehind) logger.info('Rollups are made of all streams');
    isBehind = left > 0 && (isBehind || left > 100);
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    coverage: () => compared,
    due: () => compared?.due.length ?? 0,
    compare,
    async catchUp() {
      do await round(Number.POSITIVE_INFINITY);
      while ((compared?.due.length ?? 0) > 0);
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
