import type { RuleInput } from '@weir/schemas/api';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAlertMetrics } from './alert-metrics.ts';
import { runEvaluationRound } from './evaluation-round.ts';
import { createIncidentRecorder } from './incident-recorder.ts';
import { initialProgress } from './rule-state.ts';
import type { FailureCount } from './sliding-window.ts';
import { emptyTables, type MemoryTables, memoryStores } from './testing/memory-stores.ts';
import { sampleIncident } from './testing/sample-incident.ts';
import type { Watched } from './watched-streams.ts';

const START = Date.UTC(2026, 10, 20, 2, 0, 0);
const definition: RuleInput = {
  name: 'Failures',
  enabled: true,
  measure: 'failure_rate',
  filters: ['model:gpt-5'],
  threshold: 0.1,
  windowSeconds: 60,
  delaySeconds: 0,
  forSeconds: 0,
  recoveryForSeconds: 0,
  minimumStreams: 1,
  minimumFailures: 1,
  channels: [{ type: 'webhook', url: 'https://one.example/hook' }],
};

let tables: MemoryTables;
let now: number;
let rate: number;
/** Everything that was received before is stored. */
let storedUpTo: number | null;
let failure: Error | null;
let registry: Registry;
const warnings: string[] = [];

beforeEach(() => {
  tables = emptyTables();
  now = START;
  rate = 0;
  storedUpTo = null;
  failure = null;
  warnings.length = 0;
});

function putRule(id: string, changes: Partial<RuleInput> = {}): void {
  tables.rules.set(id, {
    id,
    project: 'default',
    version: 1,
    createdAt: START,
    updatedAt: START,
    definition: { ...definition, ...changes },
  });
}

function countAll(range: { from: number; to: number; stepSeconds: number }): FailureCount[] {
  const counts = [];
  for (let at = range.from; at < range.to; at += range.stepSeconds * 1000) {
    counts.push({ at, streams: 100, failed: 100 * rate });
  }
  return counts;
}

function roundOf(stores = memoryStores(tables)) {
  registry = new Registry();
  const metrics = createAlertMetrics(registry, () => now);
  const logger = {
    info: () => undefined,
    warn: (_context: unknown, message?: string) => void warnings.push(message ?? ''),
  };
  const streams = {
    counts: async ({ filters }: Watched, range: { from: number; to: number; stepSeconds: number }) => {
      if (failure !== null && filters.includes('model:gpt-5')) throw failure;
      return countAll(range);
    },
    suspects: async () => {
      throw new Error('too slow');
    },
  };
  const shared = { ...stores, now: () => now, logger, metrics, streams };
  const recorder = createIncidentRecorder({ ...shared, onTransition: () => undefined });
  const grid = { everySeconds: 10, longestGapSeconds: 600 };
  return () => runEvaluationRound({ ...shared, recorder, grid, storedUpTo: () => storedUpTo ?? now });
}

const statusOf = (id: string) => tables.progress.get(id)?.progress.status;

describe('runEvaluationRound', () => {
  it('fires without an explanation when there is none to be had', async () => {
    putRule('a');
    rate = 0.5;
    await roundOf()();
    expect(tables.incidents.get('a-1')).toMatchObject({ failureRate: 0.5, suspects: [] });
    expect(warnings).toEqual(['The suspects of an incident could not be found; it fires without']);
  });

  it('shows an evaluation that fails, once in the log, and judges the missed instants later', async () => {
    putRule('a');
    putRule('b', { filters: [] });
    const round = roundOf();
    await round();
    failure = new Error('Memory limit exceeded.\nLong explanation');
    for (let step = 0; step < 3; step += 1) {
      now += 10_000;
      await round();
    }
    expect(tables.progress.get('a')?.progress).toMatchObject({
      status: 'error',
      detail: 'The rule could not be evaluated: Memory limit exceeded.',
      evaluatedAt: START,
    });
    expect(statusOf('b')).toBe('inactive');
    expect(warnings).toHaveLength(1);
    failure = null;
    rate = 0.5;
    now += 10_000;
    await round();
    expect(tables.incidents.get('a-1')?.firedAt).toBe(START + 10_000);
  });

  describe('while streams wait in the spool', () => {
    const evaluatedAt = () => tables.progress.get('a')?.progress.evaluatedAt;

    it('judges no window that misses some, and makes up for it when they are stored', async () => {
      putRule('a', { delaySeconds: 20 });
      await roundOf()();
      storedUpTo = START + 15_000;
      now = START + 120_000;
      await roundOf()();
      expect(evaluatedAt()).toBe(START + 30_000);

      rate = 0.5;
      storedUpTo = null;
      await roundOf()();
      expect(evaluatedAt()).toBe(now);
      expect(tables.incidents.get('a-1')?.firedAt).toBe(START + 40_000);
    });

    it('judges by what is there when they wait for too long', async () => {
      putRule('a');
      await roundOf()();
      storedUpTo = START;
      now = START + 400_000;
      await roundOf()();
      expect(evaluatedAt()).toBe(now - 300_000);
    });

    it('judges nothing twice when an older one is found to wait', async () => {
      putRule('a');
      await roundOf()();
      now = START + 200_000;
      await roundOf()();
      storedUpTo = START;
      now += 10_000;
      await roundOf()();
      expect(evaluatedAt()).toBe(START + 200_000);
    });
  });

  it('keeps the peak of an incident that goes on', async () => {
    putRule('a');
    const round = roundOf();
    for (const worse of [0.2, 0.6, 0.4]) {
      rate = worse;
      await round();
      now += 10_000;
    }
    expect(tables.incidents.get('a-1')).toMatchObject({ failureRate: 0.2, peakFailureRate: 0.6, version: 2 });
  });

  it('closes an incident whose process was killed before it could write down that it fired', async () => {
    putRule('a');
    await roundOf()();
    tables.incidents.set(
      'a-1',
      sampleIncident({ id: 'a-1', ruleId: 'a', number: 1, firedAt: START + 10_000 }),
    );
    now = START + 7_200_000;
    await roundOf()();
    expect(tables.incidents.get('a-1')).toMatchObject({ resolvedAt: now, resolution: 'recovered' });
    expect(tables.progress.get('a')?.progress).toMatchObject({ status: 'inactive', incidents: 1 });
  });

  it.each([
    ['disabled', () => putRule('a', { enabled: false })],
    ['deleted', () => tables.rules.delete('a')],
  ])('resolves the incident of a rule that was %s, once', async (resolution, retire) => {
    putRule('a');
    rate = 0.5;
    await roundOf()();
    retire();
    for (let step = 0; step < 3; step += 1) {
      now += 10_000;
      await roundOf()();
    }
    expect(tables.incidents.get('a-1')).toMatchObject({ resolution, resolvedAt: START + 10_000 });
    expect(tables.progress.get('a')).toMatchObject({ version: 2, progress: { status: 'disabled' } });
  });

  it('closes what a deleted rule left without any progress', async () => {
    tables.incidents.set('gone-1', sampleIncident({ id: 'gone-1', ruleId: 'gone', number: 1 }));
    await roundOf()();
    expect(tables.incidents.get('gone-1')).toMatchObject({ resolution: 'deleted' });
  });

  it('does not replay more than the longest gap, and asks for the full duration after it', async () => {
    putRule('a', { forSeconds: 20 });
    rate = 0.5;
    await roundOf()();
    now += 3_600_000;
    await roundOf()();
    expect(statusOf('a')).toBe('pending');
    expect(tables.incidents.size).toBe(0);
  });

  it('goes on at once when the clock is set back', async () => {
    putRule('a');
    tables.progress.set('a', {
      ruleId: 'a',
      version: 4,
      progress: { ...initialProgress(START), evaluatedAt: START + 86_400_000 },
    });
    rate = 0.5;
    await roundOf()();
    expect(tables.incidents.get('a-1')?.firedAt).toBe(START);
  });

  it('stores the progress of the others when a transition could not be stored, and fails', async () => {
    putRule('a');
    putRule('b', { minimumFailures: 1000 });
    rate = 0.5;
    const broken = memoryStores(tables, (table) => {
      if (table === 'incidents') throw new Error('ClickHouse is away');
    });
    await expect(roundOf(broken)()).rejects.toThrow('ClickHouse is away');
    expect([...tables.progress.keys()]).toEqual(['b']);
  });

  it('counts what it does', async () => {
    putRule('a');
    putRule('b', { filters: [] });
    rate = 0.5;
    failure = new Error('no');
    await roundOf()();
    now += 73_000;
    const text = await registry.metrics();
    expect(text).toContain('weir_alert_evaluations_total{result="ok"} 1');
    expect(text).toContain('weir_alert_evaluations_total{result="error"} 1');
    expect(text).toContain('weir_alert_rules_firing 1');
    expect(text).toContain('weir_alert_rules_in_error 1');
    expect(text).toContain('weir_alert_evaluation_lag_seconds 73');
    expect(text).toContain('weir_alert_transitions_total{transition="firing"} 1');
  });
});
