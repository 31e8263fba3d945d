import { describe, expect, it } from 'vitest';
import { restartDelayMs, type SupervisorOptions, supervise } from './engine-supervisor.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface FakeProcess {
  exited: Promise<string>;
  end: (how: string) => void;
}

function fakeProcess(): FakeProcess {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { exited: promise, end: resolve };
}

/** A supervisor over fake processes; delays end when the test says so. */
async function setUp(overrides: Partial<SupervisorOptions<FakeProcess, string>> = {}) {
  const launched: FakeProcess[] = [];
  const delays: { ms: number; elapse: () => void }[] = [];
  const clock = { nowMs: 0 };
  const supervisor = await supervise<FakeProcess, string>({
    launch: async () => {
      const process = fakeProcess();
      launched.push(process);
      return process;
    },
    stop: async (process) => process.end('stopped'),
    describeExit: (exit) => exit,
    logger: silent,
    now: () => clock.nowMs,
    random: () => 1,
    delay: (ms, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      delays.push({ ms, elapse: resolve });
      return promise;
    },
    ...overrides,
  });
  const statuses: string[] = [];
  supervisor.onStatus((status) => statuses.push(status));
  return { supervisor, launched, delays, clock, statuses };
}

async function until<T>(find: () => T | undefined): Promise<T> {
  while (true) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('supervise', () => {
  it('is ready once the first launch is', async () => {
    const { supervisor, launched } = await setUp();
    expect(supervisor.status).toBe('ready');
    expect(supervisor.process).toBe(launched[0]);
  });

  it('throws what the first launch throws', async () => {
    const refused = new Error('the directory is locked');
    await expect(setUp({ launch: () => Promise.reject(refused) })).rejects.toBe(refused);
  });

  it('says restarting, waits, launches again and says ready', async () => {
    const { supervisor, launched, delays, statuses } = await setUp();
    launched[0]?.end('was killed');
    const delay = await until(() => delays[0]);
    expect(supervisor.status).toBe('restarting');
    expect(supervisor.process).toBeUndefined();
    delay.elapse();
    await until(() => supervisor.process);
    expect(statuses).toEqual(['restarting', 'ready']);
    expect(supervisor.process).toBe(launched[1]);
  });

  it('waits twice as long each time while the process keeps ending', async () => {
    const { launched, delays } = await setUp();
    for (const round of [0, 1, 2]) {
      (await until(() => launched[round])).end('crashed');
      (await until(() => delays[round])).elapse();
    }
    expect(delays.map(({ ms }) => ms)).toEqual([200, 400, 800]);
  });

  it('starts again from the shortest wait after a minute of health', async () => {
    const { launched, delays, clock } = await setUp();
    launched[0]?.end('crashed');
    (await until(() => delays[0])).elapse();
    const second = await until(() => launched[1]);
    // The second process is watched from the turn after its launch.
    await new Promise((resolve) => setImmediate(resolve));
    clock.nowMs = 60_000;
    second.end('crashed');
    expect((await until(() => delays[1])).ms).toBe(200);
  });

  it('keeps trying, ever more slowly, when launches fail', async () => {
    const first = fakeProcess();
    const third = fakeProcess();
    const outcomes = [
      () => Promise.resolve(first),
      () => Promise.reject(new Error('port taken')),
      () => Promise.resolve(third),
    ];
    const { supervisor, delays } = await setUp({
      launch: () => outcomes.shift()?.() ?? Promise.reject(new Error('launched too often')),
    });
    first.end('crashed');
    (await until(() => delays[0])).elapse();
    (await until(() => delays[1])).elapse();
    expect(await until(() => supervisor.process)).toBe(third);
    expect(delays.map(({ ms }) => ms)).toEqual([200, 400]);
  });

  it('stops the process and does not start it again', async () => {
    const { supervisor, launched, delays, statuses } = await setUp();
    await supervisor.stop();
    expect(statuses).toEqual(['stopped']);
    expect(launched).toHaveLength(1);
    expect(delays).toHaveLength(0);
  });

  it('stops while it waits to restart', async () => {
    const { supervisor, launched, delays } = await setUp();
    launched[0]?.end('crashed');
    await until(() => delays[0]);
    await supervisor.stop();
    expect(launched).toHaveLength(1);
    expect(supervisor.status).toBe('stopped');
  });

  it('stops a process whose launch ends after the stop began', async () => {
    const late = fakeProcess();
    const launches = [fakeProcess(), late];
    const release = Promise.withResolvers<void>();
    const stopped: FakeProcess[] = [];
    const { supervisor, delays } = await setUp({
      launch: async () => {
        const process = launches.shift() ?? fakeProcess();
        if (process === late) await release.promise;
        return process;
      },
      stop: async (process) => {
        stopped.push(process);
        process.end('stopped');
      },
    });
    supervisor.process?.end('crashed');
    (await until(() => delays[0])).elapse();
    await until(() => (launches.length === 0 ? true : undefined));
    const stop = supervisor.stop();
    release.resolve();
    await stop;
    expect(stopped).toEqual([late]);
  });

  it('stops once, however often it is asked', async () => {
    let stops = 0;
    const { supervisor } = await setUp({
      stop: async (process) => {
        stops += 1;
        process.end('stopped');
      },
    });
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    expect(stops).toBe(1);
  });
});

describe('restartDelayMs', () => {
  it('doubles from 200 ms to 30 s', () => {
    expect([0, 1, 7, 8, 1_000].map((attempt) => restartDelayMs(attempt, 1))).toEqual([
      200, 400, 25_600, 30_000, 30_000,
    ]);
  });

  it('leaves half of the wait to chance', () => {
    expect([0, 0.5, 1].map((random) => restartDelayMs(1, random))).toEqual([200, 300, 400]);
  });
});
