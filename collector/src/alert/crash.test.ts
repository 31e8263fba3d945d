import type { RuleInput } from '@weir/schemas/api';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createAlertMetrics } from './alert-metrics.ts';
import type { SendOutcome } from './channels/channel.ts';
import { runEvaluationRound } from './evaluation-round.ts';
import { createIncidentRecorder } from './incident-recorder.ts';
import { createOutbox } from './outbox.ts';
import { openIncident } from './rule-state.ts';
import { emptyTables, type MemoryTables, memoryStores, type WriteProbe } from './testing/memory-stores.ts';

const START = Date.UTC(2026, 10, 20, 2, 0, 0);
const EVERY_MS = 10_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const definition: RuleInput = {
  name: 'Failures',
  enabled: true,
  measure: 'failure_rate',
  filters: [],
  threshold: 0.1,
  windowSeconds: 60,
  delaySeconds: 0,
  forSeconds: 10,
  recoveryForSeconds: 10,
  minimumStreams: 1,
  minimumFailures: 1,
  channels: [
    { type: 'webhook', url: 'https://one.example/hook' },
    { type: 'webhook', url: 'https://two.example/hook' },
  ],
};

class Crash extends Error {}

interface World {
  readonly tables: MemoryTables;
  /** `target id`, in the order in which receivers took them. */
  readonly taken: string[];
}

interface Weather {
  /** Failure rate of the window judged at each instant. */
  readonly rates: readonly number[];
  /** A new process takes over at the n-th write after the last one: before or after it is done. */
  readonly crashes: readonly { readonly after: number; readonly moment: 'before' | 'after' }[];
}

/** One process on what the one before left; runs until it crashes or the story ends. */
async function runProcess(world: World, weather: Weather, from: number, probe: WriteProbe): Promise<number> {
  let now = START + from * EVERY_MS;
  const stores = memoryStores(world.tables, probe);
  const metrics = createAlertMetrics(new Registry(), () => now);
  const shared = { ...stores, now: () => now, random: () => 0, logger: silent, metrics };
  const streams = {
    counts: async (_watched: unknown, range: { from: number; to: number; stepSeconds: number }) =>
      countsOf(weather.rates, range),
    suspects: async () => [],
  };
  const recorder = createIncidentRecorder({ ...shared, streams, onTransition: () => undefined });
  const grid = { everySeconds: 10, longestGapSeconds: 3600 };
  const outbox = createOutbox({
    ...shared,
    publicUrl: 'https://weir.example',
    send: async (channel, notification): Promise<SendOutcome> => {
      world.taken.push(`${new URL(channel.url).host} ${notification.id}`);
      return { status: 'delivered' };
    },
    logger: {
      ...silent,
      error: ({ err }: { err?: unknown }) => {
        if (err instanceof Crash) crashed = true;
      },
    },
  });
  let crashed = false;
  for (let instant = from; instant < weather.rates.length + 5; instant += 1) {
    now = START + instant * EVERY_MS;
    try {
      await runEvaluationRound({ ...shared, recorder, streams, grid, storedUpTo: () => now });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      return instant;
    }
    await outbox.drain();
    if (crashed) return instant;
  }
  return Number.POSITIVE_INFINITY;
}

/** One bucket of 100 streams for each instant; a window is six of them, and only its newest has failures. */
function countsOf(rates: readonly number[], range: { from: number; to: number; stepSeconds: number }) {
  const stepMs = range.stepSeconds * 1000;
  const counts = [];
  for (let at = range.from; at < range.to; at += stepMs) {
    let failed = 0;
    for (let bucket = at; bucket < at + stepMs; bucket += EVERY_MS) {
      failed += (rates[(bucket - START) / EVERY_MS] ?? 0) * 600;
    }
    counts.push({ at, streams: (stepMs / EVERY_MS) * 100, failed });
  }
  return counts;
}

async function run(weather: Weather): Promise<World> {
  const rule = { id: 'rule', project: 'default', version: 1, createdAt: START, updatedAt: START, definition };
  const world: World = { tables: { ...emptyTables(), rules: new Map([['rule', rule]]) }, taken: [] };
  let instant = 0;
  for (const crash of [...weather.crashes, undefined]) {
    let writes = 0;
    let dead = false;
    const probe: WriteProbe = (_table, moment) => {
      // A process that has crashed writes nothing more.
      if (dead) throw new Crash();
      if (moment === 'before') writes += 1;
      if (crash === undefined || writes !== crash.after || moment !== crash.moment) return;
      dead = true;
      throw new Crash();
    };
    instant = await runProcess(world, weather, instant, probe);
    if (instant === Number.POSITIVE_INFINITY) break;
  }
  return world;
}

const weather = fc.record({
  rates: fc.array(fc.constantFrom(0, 0, 0.3, 0.3, 0.5), { minLength: 10, maxLength: 40 }),
  crashes: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 12 }), moment: fc.constantFrom('before', 'after') }),
    { maxLength: 6 },
  ),
});

describe('a process that crashes at any write', () => {
  it('is continued by the next: no message is lost, and none is new', async () => {
    let incidents = 0;
    await fc.assert(
      fc.asyncProperty(weather, async (story) => {
        const undisturbed = await run({ ...story, crashes: [] });
        const disturbed = await run(story);
        expect([...new Set(disturbed.taken)].toSorted()).toEqual(undisturbed.taken.toSorted());
        expect(disturbed.taken.length - undisturbed.taken.length).toBeLessThanOrEqual(
          2 * story.crashes.length,
        );
        expect(new Set(undisturbed.taken).size).toBe(undisturbed.taken.length);
        expect(outcomeOf(disturbed)).toEqual(outcomeOf(undisturbed));
        incidents += undisturbed.tables.incidents.size;
      }),
      { numRuns: 300 },
    );
    expect(incidents).toBeGreaterThan(100);
  });

  it('has told the beginning before the end', async () => {
    await fc.assert(
      fc.asyncProperty(weather, async (story) => {
        const { taken } = await run(story);
        for (const message of taken.filter((text) => text.endsWith('-resolved'))) {
          const beginning = message.replace(/-resolved$/, '-firing');
          expect(taken.indexOf(beginning)).toBeGreaterThanOrEqual(0);
          expect(taken.indexOf(beginning)).toBeLessThan(taken.indexOf(message));
        }
      }),
    );
  });
});

function outcomeOf({ tables }: World): object {
  const progress = tables.progress.get('rule')?.progress;
  return {
    incidents: [...tables.incidents.values()].map(({ version: _version, ...incident }) => incident),
    open: progress === undefined ? undefined : openIncident(progress.phase)?.number,
    deliveries: [...tables.deliveries.values()].map(({ incidentId, transition, target, status }) =>
      [incidentId, transition, target, status].join(' '),
    ),
  };
}
