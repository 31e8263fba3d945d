import type { RuleInput } from '@weir/schemas/api';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../clickhouse/testing/temporary-engine.ts';
import { type Alerting, createAlerting } from './alerting.ts';
import type { AlertmanagerBody } from './channels/webhook.ts';
import { previewRule } from './preview-rule.ts';
import { type AlertingTables, startAlertingTables } from './testing/alerting-tables.ts';
import { insertStreams } from './testing/insert-streams.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const START = Date.UTC(2026, 10, 20, 2, 0, 0);
const MINUTE = 60_000;

let tables: AlertingTables;
let receiver: Receiver;
let now = START;

beforeAll(async () => {
  tables = await startAlertingTables();
  receiver = await startReceiver();
});

afterAll(async () => {
  await receiver?.close();
  await tables?.dispose();
});

beforeEach(async () => {
  now = START;
  receiver.clear();
  await tables.clearAlerts();
  await tables.clearStreams();
});

const client = () => tables.client();
let projects = ['default'];

/** As a process would have it after its start; the clock is the test's. */
function alertingProcess(delay: (ms: number, signal: AbortSignal) => Promise<void> = never): Alerting {
  return createAlerting({
    database: { client, ready: true },
    projects: () => projects,
    publicUrl: 'https://weir.example/',
    allowPrivateWebhooks: true,
    now: () => now,
    random: () => 1,
    delay,
    logger: silentLogger,
    registry: new Registry(),
  });
}

function never(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

const project = 'default';

const definition: RuleInput = {
  name: 'PDFs fail',
  enabled: true,
  measure: 'failure_rate',
  filters: ['model:gpt-5'],
  threshold: 0.1,
  windowSeconds: 60,
  delaySeconds: 10,
  forSeconds: 30,
  recoveryForSeconds: 30,
  minimumStreams: 20,
  minimumFailures: 5,
  channels: [],
};

async function putRule(alerting: Alerting, changes: Partial<RuleInput> = {}): Promise<void> {
  const rule = {
    ...definition,
    channels: [{ type: 'webhook' as const, url: `${receiver.origin}/hook` }],
    ...changes,
  };
  await alerting.rules.put({
    id: 'rule-1',
    project,
    version: 1,
    createdAt: now,
    updatedAt: now,
    definition: rule,
  });
}

/** Fine, from minute 1 to 3 most PDFs fail, then fine again. */
async function insertAnIncident(): Promise<void> {
  const [begin, end] = [START + MINUTE, START + 3 * MINUTE];
  await insertStreams(
    client(),
    { from: START - 2 * MINUTE, to: begin, streams: 360, failed: 4 },
    { from: begin, to: end, streams: 240, failed: 3 },
    { from: begin, to: end, streams: 160, failed: 130, attachment: 'pdf' },
    { from: end, to: START + 15 * MINUTE, streams: 1440, failed: 14 },
    { from: START - 2 * MINUTE, to: START + 6 * MINUTE, streams: 480, failed: 480, model: 'another' },
  );
}

/** Lets time pass in steps of the evaluation interval. */
async function live(alerting: () => Alerting, minutes: number): Promise<void> {
  for (let step = 0; step < minutes * 6; step += 1) {
    now += 10_000;
    await alerting().evaluate();
    await alerting().deliver();
  }
}

const bodies = () => receiver.received.map(({ body }) => body as AlertmanagerBody);

describe('an incident from streams to notifications', () => {
  it('fires once and resolves once, and says what and why', async () => {
    const alerting = alertingProcess();
    await putRule(alerting);
    await insertAnIncident();
    await live(() => alerting, 6);

    expect(bodies().map(({ status }) => status)).toEqual(['firing', 'resolved']);
    const [firing, resolved] = bodies();
    expect(firing?.alerts[0]?.annotations.summary).toMatch(
      /^[\d.]+ % of \d+ streams with model gpt-5 failed \(\d+\) in the 1 minute to 02:0\d:\d0 UTC, above the limit of 10 %; strongest suspect: attachment pdf, [\d.]+ % of \d+ failed, [\d.]+ % of the rest, [\d.]+ % of all failures\.$/,
    );
    expect(resolved?.alerts[0]?.annotations.summary).toMatch(
      /^Recovered after .* against a limit of 10 %\.$/,
    );
    expect(firing?.alerts[0]?.fingerprint).toBe(resolved?.alerts[0]?.fingerprint);
    expect(resolved?.alerts[0]?.endsAt).not.toBe('0001-01-01T00:00:00Z');

    const [incident] = await alerting.incidents.list({ project, from: START, to: now, limit: 10 });
    expect(incident).toMatchObject({
      id: 'rule-1-1',
      number: 1,
      resolution: 'recovered',
      filters: ['model:gpt-5'],
    });
    expect(incident?.suspects[0]).toMatchObject({ dimension: 'attachment', value: 'pdf' });
    expect(incident?.peakFailureRate).toBeGreaterThan(incident?.failureRate ?? 1);
    const deliveries = await alerting.deliveries.ofIncidents(['rule-1-1']);
    expect(deliveries.map(({ transition, status, attempts }) => [transition, status, attempts])).toEqual([
      ['firing', 'delivered', 1],
      ['resolved', 'delivered', 1],
    ]);
  });

  it('tells the same when the process is replaced at every step', async () => {
    await insertAnIncident();
    const first = alertingProcess();
    await putRule(first);
    await live(() => first, 6);
    const uninterrupted = receiver.received.map(({ body }) => body);
    receiver.clear();

    await tables.clearAlerts();
    now = START;
    await putRule(alertingProcess());
    await live(alertingProcess, 6);
    expect(receiver.received.map(({ body }) => body)).toEqual(uninterrupted);
    expect(uninterrupted).toHaveLength(2);
  });

  it('makes up for downtime in which it should have fired', async () => {
    await insertAnIncident();
    const before = alertingProcess();
    await putRule(before);
    await live(() => before, 1);
    now = START + 3 * MINUTE;
    const after = alertingProcess();
    await after.evaluate();
    await after.deliver();
    expect(bodies()).toHaveLength(1);
    const [incident] = await after.incidents.list({ project, from: START, to: now, limit: 1 });
    expect(incident?.firedAt).toBeLessThan(START + 2.5 * MINUTE);
  });

  it('does what the preview says', async () => {
    await insertAnIncident();
    const alerting = alertingProcess();
    await putRule(alerting);
    await live(() => alerting, 6);
    const result = await previewRule(alerting.streams, definition, {
      project,
      from: START,
      to: now,
      everySeconds: 10,
    });
    if (result.status !== 'previewed') throw new Error(result.message);
    const incidents = await alerting.incidents.list({ project, from: START, to: now, limit: 10 });
    expect(result.preview.incidents).toEqual(
      incidents.map(({ firedAt, resolvedAt, peakFailureRate }) => ({
        firedAt: new Date(firedAt).toISOString(),
        resolvedAt: new Date(resolvedAt ?? 0).toISOString(),
        peakFailureRate,
      })),
    );
    expect(result.preview.incidents).toHaveLength(1);
    expect(new Set(result.preview.points.map(({ status }) => status))).toEqual(
      new Set(['inactive', 'pending', 'firing', 'recovering']),
    );
  });

  it('resolves the incident of a rule that is deleted, and tells those who heard of it', async () => {
    await insertAnIncident();
    const alerting = alertingProcess();
    await putRule(alerting);
    await live(() => alerting, 3);
    const found = await alerting.rules.get(project, 'rule-1');
    if (found.status !== 'found') throw new Error('the rule is missing');
    await alerting.rules.remove(found.rule, now);
    await live(() => alerting, 1);
    expect(bodies().map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(bodies()[1]?.alerts[0]?.annotations.summary).toContain('because the rule was deleted');
    const channels = await client().query({
      query: `SELECT definition AS secret FROM alert_rules FINAL UNION ALL SELECT channel FROM alert_deliveries FINAL`,
      format: 'JSONEachRow',
    });
    const secrets = await channels.json<{ secret: string }>();
    expect(secrets.filter(({ secret }) => secret.includes('/hook'))).toEqual([]);
  });
});

describe('a receiver that fails', () => {
  it('is tried again, not before it asks to be, and hears each transition once', async () => {
    await insertAnIncident();
    const alerting = alertingProcess();
    await putRule(alerting);
    receiver.answerNext({ status: 503 }, { status: 429, headers: { 'retry-after': '45' } });
    await live(() => alerting, 6);
    expect(bodies().map(({ status }) => status)).toEqual(['firing', 'firing', 'firing', 'resolved']);
    const ids = receiver.received.map(({ headers }) => headers['idempotency-key']);
    expect(ids).toEqual(['rule-1-1-firing', 'rule-1-1-firing', 'rule-1-1-firing', 'rule-1-1-resolved']);
    const [firing] = await alerting.deliveries.ofIncidents(['rule-1-1']);
    expect(firing).toMatchObject({ status: 'delivered', attempts: 3 });
    const [incident] = await alerting.incidents.list({ project, from: START, to: now, limit: 1 });
    expect((firing?.attemptedAt ?? 0) - (incident?.firedAt ?? 0)).toBeGreaterThanOrEqual(45_000);
  });

  it('that refuses is not tried again, and does not hear of the end', async () => {
    await insertAnIncident();
    const alerting = alertingProcess();
    await putRule(alerting);
    receiver.answerNext({ status: 404, text: 'no_service' });
    await live(() => alerting, 6);
    expect(bodies()).toHaveLength(1);
    const deliveries = await alerting.deliveries.ofIncidents(['rule-1-1']);
    expect(deliveries).toMatchObject([
      { status: 'failed', detail: 'The receiver answered 404: no_service.' },
    ]);
  });

  it('hears of the end after it has heard of the beginning', async () => {
    await insertAnIncident();
    const alerting = alertingProcess();
    await putRule(alerting);
    receiver.answerNext({ status: 503, headers: { 'retry-after': '600' } });
    await live(() => alerting, 13);
    expect(bodies().map(({ status }) => status)).toEqual(['firing', 'firing', 'resolved']);
  });
});

describe('the running loops', () => {
  it('notify without being asked, and stop', async () => {
    await insertAnIncident();
    now = START + 3 * MINUTE;
    const alerting = alertingProcess();
    await putRule(alerting, { forSeconds: 0 });
    const told = receiver.next();
    alerting.start();
    expect(((await told).body as AlertmanagerBody).status).toBe('firing');
    await alerting.stop();
  });
});

describe('the default rule', () => {
  it('is there at first, and not again after it was deleted', async () => {
    const alerting = alertingProcess();
    await alerting.evaluate();
    const [rule, ...others] = (await alerting.rules.list()).rules;
    expect(others).toEqual([]);
    expect(rule?.definition).toMatchObject({
      threshold: 0.1,
      windowSeconds: 300,
      channels: [],
      enabled: true,
    });
    if (rule !== undefined) await alerting.rules.remove(rule, now);
    await alertingProcess().evaluate();
    expect((await alerting.rules.list()).rules).toEqual([]);
  });

  it('is there for each project, also for one that comes later', async () => {
    projects = ['default', 'shop'];
    const alerting = alertingProcess();
    await alerting.evaluate();
    projects = ['default', 'shop', 'chat'];
    await alerting.evaluate();
    await alerting.evaluate();
    const { rules } = await alerting.rules.list();
    expect(rules.map(({ id, project: of }) => [of, id]).toSorted()).toEqual([
      ['chat', 'chat-failure-rate'],
      ['default', 'default-failure-rate'],
      ['shop', 'shop-failure-rate'],
    ]);
    expect((await alerting.rules.list('shop')).rules).toHaveLength(1);
    projects = ['default'];
  });
});

describe('a rule that cannot be evaluated', () => {
  it('says so, leaves the others alone, and goes on when it can', async () => {
    const alerting = alertingProcess();
    await insertAnIncident();
    await putRule(alerting, { filters: ['moodel:gpt-5'] });
    await alerting.rules.put({
      id: 'rule-2',
      project,
      version: 1,
      createdAt: now,
      updatedAt: now,
      definition,
    });
    now += 10_000;
    await alerting.evaluate();
    const states = await alerting.progress.all();
    expect(states.get('rule-1')?.progress).toMatchObject({ status: 'error' });
    expect(states.get('rule-1')?.progress.detail).toContain('moodel');
    expect(states.get('rule-2')?.progress).toMatchObject({ status: 'inactive' });
    await alerting.rules.put({
      id: 'rule-1',
      project,
      version: 2,
      createdAt: now,
      updatedAt: now,
      definition,
    });
    now += 10_000;
    await alerting.evaluate();
    expect((await alerting.progress.all()).get('rule-1')?.progress).toMatchObject({
      status: 'inactive',
      detail: null,
    });
  });

  it('says so when its stored form is not understood', async () => {
    const alerting = alertingProcess();
    await client().insert({
      table: 'alert_rules',
      values: [
        { id: 'rule-9', version: 1, deleted: false, definition: '{"name":7}', created_at: 1, updated_at: 1 },
      ],
      format: 'JSONEachRow',
    });
    await alerting.evaluate();
    const progress = (await alerting.progress.all()).get('rule-9')?.progress;
    expect(progress).toMatchObject({ status: 'error' });
    expect(progress?.detail).toContain('cannot be read');
  });
});
