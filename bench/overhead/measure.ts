import { fileURLToPath } from 'node:url';
import { folderOf } from '../peers/install.ts';
import type { SubjectEntry } from '../peers/subject.ts';
import type { Order } from './child.ts';
import { differenceOf, ratioOf, type Spread, spreadOf } from './statistics.ts';
import { startWorker, type Worker, type WorkerSetup } from './worker.ts';

/** Microseconds of CPU. */
export interface CpuCost {
  readonly bareChunk: Spread;
  readonly addedChunk: Spread;
  readonly chunkRatio: Spread;
  readonly bareStream: Spread;
  readonly addedStream: Spread;
}

export interface MemoryCost {
  /** Bytes retained by an open stream, bare and on top of it. */
  readonly bare: Spread;
  readonly added: Spread;
}

/** Microseconds of waiting. */
export interface FirstChunkCost {
  readonly bare: Spread;
  readonly added: Spread;
  /** Of the first call that a process makes. */
  readonly bareFirstEver: Spread;
  readonly addedFirstEver: Spread;
}

/** `fetch` is the client without a library. */
export type Measured = SubjectEntry | 'fetch';

export const sizes = {
  rounds: 11,
  warmUps: 5,
  /** Long and short streams: their difference is the cost of chunks, the short ones are the cost of a stream. */
  long: { streams: 20, chunks: 2000 },
  short: { streams: 1000, chunks: 1 },
  memory: { streams: 20, chunks: 20_000, rounds: 2, warmUp: { streams: 300, chunks: 200 } },
  firstChunk: { streams: 100, chunks: 1 },
  /** Over a socket; in the process the rounds themselves are enough. */
  socketWarmUp: { streams: 3000, chunks: 1 },
  firstEver: { streams: 1, chunks: 1, rounds: 9 },
  bareSpan: { streams: 20_000, chunks: 0 },
  socket: { long: { streams: 1, chunks: 1000 }, short: { streams: 100, chunks: 1 }, rounds: 9 },
} as const;

const maxRoundMicroseconds = 3_000_000;

export async function cpuCost(subject: Measured, server?: string): Promise<CpuCost> {
  const { long: longStreams, short: shortStreams, rounds } = server === undefined ? sizes : sizes.socket;
  return withPair(subject, server, async (pair) => {
    if (server !== undefined) await warmUp(pair);
    const affordable = await affordableStreams(pair);
    const round = ({ streams, chunks }: { readonly streams: number; readonly chunks: number }) =>
      alternate(pair, { measure: 'cpu', streams: Math.min(streams, affordable), chunks }, rounds);
    const long = await round(longStreams);
    const short = await round(shortStreams);
    const perChunk = (mode: keyof Rounds) =>
      long[mode].map((cost, i) => (cost - (short[mode][i] ?? 0)) / (longStreams.chunks - sizes.short.chunks));
    const bare = perChunk('bare');
    const instrumented = perChunk('with');
    return {
      bareChunk: spreadOf(bare),
      addedChunk: differenceOf(instrumented, bare),
      chunkRatio: ratioOf(instrumented, bare),
      bareStream: spreadOf(short.bare),
      addedStream: differenceOf(short.with, short.bare),
    };
  });
}

async function warmUp(pair: Pair): Promise<void> {
  for (const mode of modes) await pair[mode].run({ measure: 'warm up', ...sizes.socketWarmUp });
}

/** Some spend the better part of a second on every stream; their rounds are made of fewer. */
async function affordableStreams(pair: Pair): Promise<number> {
  const microseconds = await pair.with.run({ measure: 'cpu', streams: 3, chunks: 1 });
  return Math.max(2, Math.floor(maxRoundMicroseconds / microseconds));
}

export async function memoryCost(subject: Measured): Promise<MemoryCost> {
  const { streams, chunks, rounds } = sizes.memory;
  const measured: Rounds = { bare: [], with: [] };
  // Open streams stay open, so every round needs new processes.
  for (let round = 0; round < rounds; round += 1) {
    await withPair(subject, undefined, async (pair) => {
      for (const mode of modes) {
        // Compiled code is no part of a stream: it is there before.
        const { streams: most, chunks: short } = sizes.memory.warmUp;
        const affordable = Math.min(most, await affordableStreams(pair));
        await pair[mode].run({ measure: 'cpu', streams: 2, chunks: 2000 });
        await pair[mode].run({ measure: 'cpu', streams: affordable, chunks: short });
        measured[mode].push(await pair[mode].run({ measure: 'memory', streams, chunks }));
      }
    });
  }
  return { bare: spreadOf(measured.bare), added: differenceOf(measured.with, measured.bare) };
}

export async function firstChunkCost(subject: Measured, server: string): Promise<FirstChunkCost> {
  const first = await firstEver(subject, server);
  return withPair(subject, server, async (pair) => {
    await warmUp(pair);
    const times = await alternate(pair, { measure: 'first chunk', ...sizes.firstChunk }, sizes.rounds);
    return {
      bare: spreadOf(times.bare),
      added: differenceOf(times.with, times.bare),
      bareFirstEver: spreadOf(first.bare),
      addedFirstEver: differenceOf(first.with, first.bare),
    };
  });
}

/** Each round in new processes. */
async function firstEver(subject: Measured, server: string): Promise<Rounds> {
  const { streams, chunks, rounds } = sizes.firstEver;
  const measured: Rounds = { bare: [], with: [] };
  for (let round = 0; round < rounds; round += 1) {
    await withPair(subject, server, async (pair) => {
      for (const mode of round % 2 === 0 ? modes : modes.toReversed()) {
        measured[mode].push(await pair[mode].run({ measure: 'first chunk', streams, chunks }));
      }
    });
  }
  return measured;
}

/** Microseconds of CPU that the OpenTelemetry SDK takes for a span like ours, whoever makes it. */
export async function bareSpanCost(): Promise<Spread> {
  return withPair('fetch', undefined, async (pair) => {
    await pair.with.run({ measure: 'cpu', streams: 10, chunks: 3 });
    const costs: number[] = [];
    for (let round = -sizes.warmUps; round < sizes.rounds; round += 1) {
      const cost = await pair.with.run({ measure: 'bare span', ...sizes.bareSpan });
      if (round >= 0) costs.push(cost);
    }
    return spreadOf(costs);
  });
}

const modes = ['bare', 'with'] as const;
type Pair = Readonly<Record<(typeof modes)[number], Worker>>;
type Rounds = Record<(typeof modes)[number], number[]>;

/** One round of each in turn, in changing order, after rounds that do not count. */
async function alternate(pair: Pair, order: Order, rounds: number): Promise<Rounds> {
  const measured: Rounds = { bare: [], with: [] };
  for (let round = -sizes.warmUps; round < rounds; round += 1) {
    for (const mode of round % 2 === 0 ? modes : modes.toReversed()) {
      const value = await pair[mode].run(order);
      if (round >= 0) measured[mode].push(value);
    }
  }
  return measured;
}

async function withPair<T>(
  subject: Measured,
  server: string | undefined,
  use: (pair: Pair) => Promise<T>,
): Promise<T> {
  const name = subject === 'fetch' ? 'fetch' : subject.folder;
  const cwd = fileURLToPath(subject === 'fetch' ? new URL('.', import.meta.url) : folderOf(subject));
  const setup = (nodeArguments: readonly string[] = []): WorkerSetup => ({ cwd, nodeArguments, server });
  const bare = await startWorker(name, 'bare', setup());
  try {
    const instrumented = await startWorker(
      name,
      'with',
      setup(subject === 'fetch' ? [] : subject.nodeArguments),
    );
    try {
      return await use({ bare, with: instrumented });
    } finally {
      instrumented.stop();
    }
  } finally {
    bare.stop();
  }
}
