import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../query/testing/seeded-random.ts';
import type { AppendResult } from './sink.ts';
import { openSpool, type Spool, type SpoolOptions } from './spool.ts';
import type { SpoolDirectory } from './spool-directory.ts';
import { type SimulatedDisk, simulateDisk } from './testing/simulated-disk.ts';
import { send, spansOf, spansWaiting } from './testing/spool-batches.ts';

const silent = () => undefined;
const stored: AppendResult = { status: 'stored', isDuplicate: false };

/** Files are named by their time. */
let clockMs = 0;

function open(directory: SpoolDirectory, overrides: Partial<SpoolOptions> = {}): Promise<Spool> {
  return openSpool({
    directory,
    logger: { info: silent, warn: silent, error: silent },
    now: () => {
      clockMs += 1;
      return clockMs;
    },
    delay: () => turn(),
    maxBytes: 1 << 20,
    bounds: { segmentBytes: 400, sealIntervalMs: 500, knownSpans: 1_000, knownPayloads: 1_000 },
    ...overrides,
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await turn();
}

/** As the loader does it. */
async function load(spool: Spool): Promise<number[]> {
  const [segment] = spool.sealed;
  if (segment === undefined) return [];
  const records = await spool.read(segment);
  await spool.remove(segment, records);
  return spansOf(records);
}

function disk(fails?: () => boolean): SimulatedDisk {
  return simulateDisk({ random: () => 0.5, ...(fails !== undefined && { fails }) });
}

type Step =
  | { readonly do: 'send'; readonly first: number; readonly count: number }
  | { readonly do: 'wait'; readonly turns: number }
  | { readonly do: 'load' | 'powerCut' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('send' as const), first: fc.nat(20), count: fc.nat(4) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), turns: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('load' as const, 'powerCut' as const) }) },
);

/** A spool, its senders and its loader, on a disk that refuses some of what it is asked. */
async function startHistory(random: () => number, faults: number) {
  let failing = faults;
  let machine = simulateDisk({ random, fails: () => random() < failing });
  let spool = await openWithLuck(machine);
  let powerCuts = 0;
  const sent = new Set<number>();
  const acknowledged = new Set<number>();
  const loaded: number[] = [];

  async function sendSpans(spans: readonly number[]): Promise<boolean> {
    const sentTo = powerCuts;
    const { status } = await send(spool, spans);
    // What a machine says after its power went reaches nobody.
    const isHeard = status === 'stored' && sentTo === powerCuts;
    if (isHeard) for (const span of spans) acknowledged.add(span);
    return isHeard;
  }

  async function perform(one: Step): Promise<void> {
    switch (one.do) {
      case 'send': {
        const spans = Array.from({ length: one.count }, (_, i) => one.first + i);
        for (const span of spans) sent.add(span);
        void sendSpans(spans);
        return;
      }
      case 'wait':
        return turns(one.turns);
      case 'load':
        // A segment that is removed while the disk fails may be forgotten: that is the next test.
        failing = 0;
        loaded.push(...(await load(spool)));
        failing = faults;
        return;
      case 'powerCut':
        powerCuts += 1;
        machine = machine.afterPowerCut();
        spool = await openWithLuck(machine);
    }
  }

  return {
    perform,
    sent,
    acknowledged,
    /** Every span that is in ClickHouse, or on its way. */
    kept: async () => [...loaded, ...(await spansWaiting(spool))],
    /** Every sender repeats everything until it is acknowledged. */
    async sendAllAgain() {
      while (!(await sendSpans([...sent]))) await turn();
      await spool.stopTaking();
    },
  };
}

/** A collector that cannot open its spool ends, and is started again. */
async function openWithLuck(directory: SpoolDirectory): Promise<Spool> {
  while (true) {
    const spool = await open(directory).catch(() => undefined);
    if (spool !== undefined) return spool;
  }
}

const ascending = (numbers: Iterable<number>) => [...numbers].toSorted((a, b) => a - b);

describe('the spool', () => {
  it('keeps every acknowledged span once, whatever fails and whenever the power goes', async () => {
    const histories = fc.array(step, { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer(),
        fc.constantFrom(0, 0.05, 0.3),
        async (steps, seed, faults) => {
          const history = await startHistory(seededRandom(seed).next, faults);
          for (const one of [...steps, { do: 'powerCut' } as const]) await history.perform(one);
          expect(await history.kept()).toEqual(expect.arrayContaining([...history.acknowledged]));
          await history.sendAllAgain();
          expect(ascending(await history.kept())).toEqual(ascending(history.sent));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('removes what ClickHouse has from a full disk, and remembers it as soon as there is room', async () => {
    let free = Number.POSITIVE_INFINITY;
    const full = simulateDisk({
      random: () => 0,
      fails: (operation) => operation === 'write' && free <= 0,
      onRemove: () => {
        free += 1;
      },
    });
    const spool = await open(full);
    await send(spool, [1, 2]);
    await turns(5);
    free = 0;
    expect(await load(spool)).toEqual([1, 2]);
    expect(full.names.filter((name) => name.endsWith('.segment'))).toEqual([]);
    const next = await open(full.afterPowerCut());
    expect(await send(next, [1, 2])).toMatchObject({ status: 'stored' });
    await next.stopTaking();
    expect(await spansWaiting(next)).toEqual([]);
  });

  it('acknowledges nothing before it is synced, and everybody who waited with one sync', async () => {
    const syncs: (() => void)[] = [];
    const held = simulateDisk({
      random: () => 0,
      onSync: () => new Promise((resolve) => syncs.push(resolve)),
    });
    const spool = await open(held);
    const answers: AppendResult[] = [];
    const note = (answer: AppendResult) => answers.push(answer);
    void send(spool, [1]).then(note);
    await turns(5);
    for (const span of [2, 3, 4]) void send(spool, [span]).then(note);
    await turns(5);
    expect([answers.length, syncs.length]).toEqual([0, 1]);
    syncs[0]?.();
    await turns(5);
    expect([answers.length, syncs.length]).toEqual([1, 2]);
    syncs[1]?.();
    await turns(5);
    expect(answers).toEqual([stored, stored, stored, stored]);
    expect(syncs).toHaveLength(2);
  });

  it('acknowledges a repetition no sooner than what it repeats', async () => {
    const syncs: (() => void)[] = [];
    const held = simulateDisk({
      random: () => 0,
      onSync: () => new Promise((resolve) => syncs.push(resolve)),
    });
    const spool = await open(held);
    const first = send(spool, [1, 2]);
    let isRepeated = false;
    void send(spool, [2]).then(() => {
      isRepeated = true;
    });
    await turns(5);
    expect(isRepeated).toBe(false);
    syncs[0]?.();
    expect(await first).toEqual(stored);
    await turns(5);
    expect(isRepeated).toBe(true);
  });

  it('refuses beyond its bytes, with a hint of at most 5 s, and takes again when there is room', async () => {
    const spool = await open(disk(), { maxBytes: 3_000 });
    const answers = [];
    for (let span = 0; span < 10; span += 1) answers.push(await send(spool, [span], 500));
    const refusals = answers.filter(({ status }) => status === 'busy');
    expect(refusals.length).toBeGreaterThan(3);
    expect(refusals[0]).toEqual({ status: 'busy', reason: 'spool_full', retryAfterSeconds: 5 });
    expect(spool.state().bytes).toBeLessThanOrEqual(3_000);
    while (spool.sealed.length > 0) await load(spool);
    expect(spool.refusal()).toBeUndefined();
    expect(await send(spool, [9], 500)).toEqual(stored);
  });

  it('refuses while the disk does, and takes again by itself', async () => {
    let isBroken = false;
    const spool = await open(disk(() => isBroken));
    expect(await send(spool, [1])).toEqual(stored);
    await turns(5);
    isBroken = true;
    expect(await send(spool, [2])).toMatchObject({ status: 'busy', reason: 'spool_failed' });
    expect(spool.refusal()).toMatchObject({ reason: 'spool_failed', retryAfterSeconds: 2 });
    isBroken = false;
    while (spool.refusal() !== undefined) await turn();
    expect(await send(spool, [2])).toEqual(stored);
    await spool.stopTaking();
    expect(await spansWaiting(spool)).toEqual([1, 2]);
  });

  it('seals at its size, and after its interval', async () => {
    const spool = await open(disk());
    for (let span = 0; span < 8; span += 1) await send(spool, [span], 150);
    await turns(5);
    const { segments } = spool.state();
    expect(segments).toBeGreaterThan(2);
    expect(spool.sealed).toHaveLength(segments);
    expect(Math.max(...spool.sealed.map(({ bytes }) => bytes))).toBeLessThan(800);
  });

  it('sets aside what is damaged, counts it once, and loads the rest', async () => {
    const simulated = disk();
    const spool = await open(simulated, { delay: () => new Promise(() => undefined) });
    for (const span of [1, 2, 3]) await send(spool, [span]);
    await spool.stopTaking();
    const [name = ''] = simulated.names.filter((file) => file.endsWith('.segment'));
    const file = await simulated.read(name);
    const middle = Math.floor(file.length / 2);
    file[middle] = (file[middle] ?? 0) ^ 0xff;
    const damaged = simulateDisk({ random: () => 0, files: new Map([[name, file]]) });
    const next = await open(damaged);
    for (let time = 0; time < 2; time += 1) expect(await spansWaiting(next)).toEqual([1, 3]);
    expect(next.state().setAside).toBe(1);
    expect((await damaged.asideFiles()).map(({ bytes }) => bytes)).toEqual([file.length / 3]);
  });

  it('remembers only as much as it may, also on disk', async () => {
    const simulated = disk();
    const bounds = { segmentBytes: 100, sealIntervalMs: 0, knownSpans: 20, knownPayloads: 20 };
    const spool = await open(simulated, { bounds });
    for (let span = 0; span < 200; span += 1) {
      await send(spool, [span]);
      await turns(4);
      while (spool.sealed.length > 0) await load(spool);
    }
    expect(simulated.names.filter((name) => name.endsWith('.seen')).length).toBeLessThanOrEqual(2);
    const next = await open(simulated.afterPowerCut(), { bounds });
    await send(next, [199]);
    await send(next, [5]);
    await next.stopTaking();
    expect(await spansWaiting(next)).toEqual([5]);
  });
});
