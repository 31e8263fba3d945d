import type { Pipeline, ProjectRetention, Retention } from '@weir/schemas/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTemporaryCollector, type TemporaryCollector } from '../testing/temporary-collector.ts';

const DAY_MS = 86_400_000;

let temporary: TemporaryCollector;

beforeAll(async () => {
  temporary = await startTemporaryCollector({ WEIR_RETENTION_RAW_DAYS: '20' });
});

afterAll(() => temporary?.dispose());

async function change(method: 'PUT' | 'DELETE', project: string, body?: object) {
  const response = await fetch(`${temporary.collector.url}/api/v1/retention/${project}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, answer: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

let spans = 0;

/** @returns how many spans of that age were refused, of one that is sent */
async function refusedAtAge(days: number): Promise<number> {
  spans += 1;
  const endMs = Date.now() - days * DAY_MS;
  const span = {
    traceId: spans.toString(16).padStart(32, '0'),
    spanId: spans.toString(16).padStart(16, '0'),
    name: 'chat',
    startTimeUnixNano: `${endMs - 1_000}000000`,
    endTimeUnixNano: `${endMs}000000`,
    attributes: [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }],
  };
  const response = await fetch(`${temporary.collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  const { partialSuccess } = (await response.json()) as {
    partialSuccess?: { rejectedSpans?: number | string };
  };
  return Number(partialSuccess?.rejectedSpans ?? 0);
}

describe('how long a project keeps its streams', () => {
  it('is what the configuration says, until somebody says otherwise, and after they take it back', async () => {
    const defaults = { rawDays: 20, rollupDays: 400 };
    expect(await temporary.ask<Retention>('/retention')).toMatchObject({ defaults, projects: [] });
    const days = { rawDays: 7, rollupDays: 90 };
    expect(await change('PUT', 'shop', days)).toMatchObject({
      status: 200,
      answer: { project: 'shop', ...days },
    });
    const { projects } = await temporary.ask<Retention>('/retention');
    expect(projects).toEqual([
      expect.objectContaining<Partial<ProjectRetention>>({ project: 'shop', ...days }),
    ]);
    expect(await change('DELETE', 'shop')).toEqual({ status: 204, answer: undefined });
    expect((await temporary.ask<Retention>('/retention')).projects).toEqual([]);
  });

  it('is how old a span may be', async () => {
    await vi.waitFor(async () => expect(await refusedAtAge(21)).toBe(1));
    expect(await refusedAtAge(10)).toBe(0);
    await change('PUT', 'default', { rawDays: 7, rollupDays: 400 });
    expect(await refusedAtAge(10)).toBe(1);
    await change('PUT', 'default', { rawDays: 60, rollupDays: 400 });
    expect(await refusedAtAge(50)).toBe(0);
  });

  it.each([
    [
      'rollups that end before their streams',
      'shop',
      { rawDays: 30, rollupDays: 7 },
      /rollupDays is 7.*Raise/,
    ],
    ['no days', 'shop', { rawDays: 0, rollupDays: 7 }, /rawDays/],
    ['half of it', 'shop', { rawDays: 7 }, /rollupDays/],
    ['what is no project', 'Shop!', { rawDays: 7, rollupDays: 7 }, /project/],
  ])('is not %s', async (_, project, days, message) => {
    const { status, answer } = await change('PUT', project, days);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('is seen to by itself, and the pipeline says so', async () => {
    await vi.waitFor(
      async () => {
        const { retention } = await temporary.ask<Pipeline>('/pipeline');
        expect(retention?.lastRun).toMatchObject({ status: 'done', rowsDeleted: 0 });
      },
      { timeout: 20_000, interval: 200 },
    );
    const metrics = await (await fetch(`${temporary.collector.url}/metrics`)).text();
    expect(metrics).toContain('weir_retention_runs_total{status="done"} 1');
  });
});
