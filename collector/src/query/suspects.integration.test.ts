import type { StreamRecord } from '@weir/schemas/stream-record';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseScope, type Scope } from './scope.ts';
import { suspects } from './suspects.ts';
import { emptyRecord } from './testing/generated-streams.ts';
import { type SeededRandom, seededRandom } from './testing/seeded-random.ts';
import { type StreamsTable, startStreamsTable } from './testing/streams-table.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-01T00:00:00Z');

/** Each hour holds 2,000 streams of its own kind of trouble. */
const troubles: readonly ((stream: StreamRecord) => number)[] = [
  () => 0.02,
  ({ attachmentClass }) => (attachmentClass === 'pdf' ? 0.3 : 0.02),
  () => 0.4,
  ({ model, networkType }) => (networkType === 'cell' ? 0.2 : model === 'small' ? 0.9 : 0.01),
];

let table: StreamsTable;

beforeAll(async () => {
  table = await startStreamsTable();
  const random = seededRandom(11);
  await table.insert(
    troubles.flatMap((rate, index) =>
      Array.from({ length: 2_000 }, () => oneStream(random, start + index * hour, rate)),
    ),
  );
});

afterAll(async () => {
  await table?.dispose();
});

function oneStream(random: SeededRandom, fromMs: number, rate: (stream: StreamRecord) => number) {
  const model = random.skewed(['large', 'medium', 'small']);
  const stream: StreamRecord = {
    ...emptyRecord,
    project: 'default',
    traceId: random.next().toString(16).slice(2).padEnd(32, '0').slice(0, 32),
    spanId: random.next().toString(16).slice(2).padEnd(16, '0').slice(0, 16),
    endedAt: fromMs + random.below(hour),
    model,
    // A model belongs to one provider, so that provider says nothing that the model does not.
    provider: `maker of ${model}`,
    networkType: random.skewed(['wifi', 'wired', 'cell']),
    attachmentClass: random.skewed(['none', 'image', 'pdf']),
    userHash: `u${random.below(50)}`,
  };
  const outcome = random.chance(rate(stream)) ? 'failed' : 'completed';
  return { ...stream, outcome, reason: outcome === 'failed' ? 'reset' : 'completed' };
}

async function found(index: number, filter: string[] = []) {
  const range = { from: String(start + index * hour), to: String(start + (index + 1) * hour) };
  return suspects(table.database, scopeOf({ ...range, filter }));
}

function scopeOf(query: { from: string; to: string; filter: string[] }): Scope {
  const parsed = parseScope(query, { nowMs: start });
  if (parsed.status === 'invalid') throw new Error(parsed.message);
  return parsed.scope;
}

describe('suspects', () => {
  it('are none when failures are spread by chance', async () => {
    expect(await found(0)).toEqual([]);
  });

  it('are none when everything fails alike', async () => {
    expect(await found(2)).toEqual([]);
  });

  it('name the value behind the failures, with its numbers', async () => {
    const [strongest, ...rest] = await found(1);
    expect(strongest).toMatchObject({ dimension: 'attachment', value: 'pdf' });
    expect(strongest?.failureRate).toBeCloseTo(0.3, 1);
    expect(strongest?.failureRateElsewhere).toBeCloseTo(0.02, 1);
    expect(strongest?.shareOfFailures).toBeGreaterThan(0.5);
    expect(rest).toEqual([]);
  });

  it('name several causes, strongest first, and an implied value once', async () => {
    const names = (await found(3)).map(({ dimension, value }) => `${dimension}:${value}`);
    expect(names).toEqual(['provider:maker of small', 'network:cell']);
  });

  it('share the failures among them without counting one twice', async () => {
    const shares = (await found(3)).map(({ shareOfFailures }) => shareOfFailures);
    const sum = shares.reduce((total, share) => total + share, 0);
    expect(sum).toBeGreaterThan(0.8);
    expect(sum).toBeLessThanOrEqual(1);
  });

  it('stay within the filters', async () => {
    expect(await found(1, ['!attachment:pdf'])).toEqual([]);
  });

  it('are none where there are no streams', async () => {
    expect(await found(9)).toEqual([]);
  });
});
