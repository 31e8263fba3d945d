import { Incident, IncidentList, Rule, RuleList, RulePreview, RuleTest } from '@weir/schemas/api';
import Fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Alerting, createAlerting } from '../alert/alerting.ts';
import { type AlertingTables, startAlertingTables } from '../alert/testing/alerting-tables.ts';
import { insertStreams } from '../alert/testing/insert-streams.ts';
import { type Receiver, startReceiver } from '../alert/testing/receiver.ts';
import { silentLogger } from '../clickhouse/testing/temporary-engine.ts';
import { alertingRoutes } from './alerting.ts';
import { answerError } from './error-handler.ts';

const START = Date.UTC(2026, 10, 20, 2, 0, 0);

let tables: AlertingTables;
let receiver: Receiver;
let alerting: Alerting;
let app: FastifyInstance;
let now = START;

beforeAll(async () => {
  tables = await startAlertingTables();
  receiver = await startReceiver();
  alerting = createAlerting({
    database: { client: tables.client, ready: true },
    projects: () => ['default'],
    publicUrl: 'https://weir.example',
    allowPrivateWebhooks: true,
    now: () => now,
    random: () => 1,
    delay: () => new Promise(() => undefined),
    logger: silentLogger,
    registry: new Registry(),
  });
  app = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(answerError);
  await app.register(alertingRoutes({ alerting, now: () => now }), { prefix: '/api/v1' });
});

afterAll(async () => {
  await app?.close();
  await receiver?.close();
  await tables?.dispose();
});

beforeEach(async () => {
  now = START;
  receiver.clear();
  await tables.clearAlerts();
  await tables.clearStreams();
});

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

async function call(method: Method, path: string, body?: object) {
  const response = await app.inject({
    method,
    url: `/api/v1${path}`,
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: response.statusCode, body: response.body === '' ? null : response.json() };
}

const minimal = { name: 'PDFs fail', threshold: 0.1, windowSeconds: 60 };

async function created(changes: object = {}): Promise<Rule> {
  const { status, body } = await call('POST', '/rules', { ...minimal, ...changes });
  expect({ status, errors: [...Value.Errors(Rule, body)] }).toEqual({ status: 201, errors: [] });
  return body;
}

const inputOf = ({ id: _i, createdAt: _c, updatedAt: _u, state: _s, ...input }: Rule) => input;

describe('rules', () => {
  it('are created with what is left out filled in, listed, read, changed and deleted', async () => {
    const rule = await created();
    expect(rule).toMatchObject({
      delaySeconds: 15,
      minimumStreams: 20,
      channels: [],
      state: { status: 'inactive' },
    });
    const list = await call('GET', '/rules');
    expect([...Value.Errors(RuleList, list.body)]).toEqual([]);
    expect(list.body.rules).toEqual([rule]);
    now += 5_000;
    const changed = await call('PUT', `/rules/${rule.id}`, {
      ...inputOf(rule),
      threshold: 0.2,
      enabled: false,
    });
    expect(changed.body).toMatchObject({
      threshold: 0.2,
      createdAt: rule.createdAt,
      updatedAt: new Date(now).toISOString(),
      state: { status: 'disabled' },
    });
    expect((await call('GET', `/rules/${rule.id}`)).body).toEqual(changed.body);
    expect(await call('DELETE', `/rules/${rule.id}`)).toEqual({ status: 204, body: null });
    expect(await call('GET', `/rules/${rule.id}`)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect((await call('GET', '/rules')).body).toEqual({ rules: [] });
  });

  it('do not give away where notifications go, and keep it when the masked address comes back', async () => {
    const url = 'https://hooks.slack.com/services/T0/B0/secret';
    const rule = await created({ channels: [{ type: 'slack', url }] });
    for (const path of ['/rules', `/rules/${rule.id}`]) {
      expect(JSON.stringify((await call('GET', path)).body)).not.toContain('secret');
    }
    const added = { type: 'webhook', url: 'https://example.com/token' };
    const answer = await call('PUT', `/rules/${rule.id}`, {
      ...inputOf(rule),
      channels: [added, ...rule.channels],
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|token/);
    const channels = [added, { type: 'slack', url }];
    expect(await alerting.rules.get('default', rule.id)).toMatchObject({
      rule: { definition: { channels } },
    });
  });

  it.each([
    ['threshold', { threshold: 2 }],
    ['windowSeconds', { windowSeconds: 5 }],
    ['channels/0/url', { channels: [{ type: 'webhook', url: 'nowhere' }] }],
    ['channels[0].url', { channels: [{ type: 'webhook', url: 'https://example.com/***0123abcd' }] }],
    ['additional properties', { treshold: 0.1 }],
    ['recoveryThreshold', { recoveryThreshold: 0.5 }],
  ])('are refused with a word about %s', async (word, changes) => {
    const { status, body } = await call('POST', '/rules', { ...minimal, ...changes });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid-request' });
    expect(body.message).toContain(word);
  });

  it('read filters like every other question', async () => {
    const unknown = await call('POST', '/rules', { ...minimal, filters: ['moodel:gpt-5'] });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'unknown-dimension' } });
    const malformed = await call('POST', '/rules', { ...minimal, filters: ['model'] });
    expect(malformed).toMatchObject({ status: 400, body: { code: 'invalid-filter' } });
  });

  it.each([
    ['GET', undefined],
    ['PUT', minimal],
    ['DELETE', undefined],
  ] as const)('that do not exist answer %s with 404', async (method, body) => {
    expect(await call(method, '/rules/nothing', body)).toMatchObject({ status: 404 });
  });
});

describe('a rule that another version wrote', () => {
  beforeEach(async () => {
    const row = {
      id: 'odd',
      version: 3,
      deleted: false,
      definition: '{"name":7}',
      created_at: 1,
      updated_at: 1,
    };
    await tables.client().insert({ table: 'alert_rules', values: [row], format: 'JSONEachRow' });
  });

  it('is told apart from one that does not exist', async () => {
    const { status, body } = await call('GET', '/rules/odd');
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'conflict' });
    expect(body.message).toContain('Save it again or delete it');
  });

  it('can be saved again', async () => {
    expect(await call('PUT', '/rules/odd', minimal)).toMatchObject({ status: 200 });
    expect(await call('GET', '/rules/odd')).toMatchObject({ status: 200, body: { name: 'PDFs fail' } });
  });

  it('can be deleted', async () => {
    expect(await call('DELETE', '/rules/odd')).toMatchObject({ status: 204 });
    expect(await call('GET', '/rules/odd')).toMatchObject({ status: 404 });
  });
});

describe('a test notification', () => {
  it('goes to each channel and says what became of it', async () => {
    const { host } = new URL(receiver.origin);
    const { id } = await created({
      channels: [
        { type: 'webhook', url: `${receiver.origin}/hook` },
        { type: 'slack', url: `${receiver.origin}/slack` },
      ],
    });
    receiver.answerNext({ status: 200 }, { status: 404, text: 'no_service' });
    const { status, body } = await call('POST', `/rules/${id}/test`);
    expect({ status, errors: [...Value.Errors(RuleTest, body)] }).toEqual({ status: 200, errors: [] });
    expect(
      body.deliveries.map(({ channel, target }: { channel: string; target: string }) => [channel, target]),
    ).toEqual([
      ['webhook', host],
      ['slack', host],
    ]);
    expect(body.deliveries.map(({ status }: { status: string }) => status).toSorted()).toEqual([
      'delivered',
      'failed',
    ]);
    expect(receiver.received.every(({ body }) => JSON.stringify(body).includes('This is a test'))).toBe(true);
    expect((await call('GET', '/incidents')).body).toEqual({ incidents: [] });
  });
});

describe('incidents', () => {
  async function liveThroughOne(): Promise<Rule> {
    const rule = await created({
      filters: ['model:gpt-5'],
      delaySeconds: 0,
      forSeconds: 0,
      recoveryForSeconds: 0,
      channels: [{ type: 'webhook', url: `${receiver.origin}/hook` }],
    });
    await insertStreams(
      tables.client(),
      { from: START, to: START + 60_000, streams: 100, failed: 40 },
      { from: START + 60_000, to: START + 180_000, streams: 200, failed: 0 },
    );
    for (now = START + 60_000; now <= START + 180_000; now += 10_000) {
      await alerting.evaluate();
      await alerting.deliver();
      if (now === START + 60_000) {
        const { body } = await call('GET', `/rules/${rule.id}`);
        expect(body.state).toMatchObject({
          status: 'firing',
          streams: 100,
          failed: 40,
          incidentId: `${rule.id}-1`,
        });
      }
    }
    return rule;
  }

  it('are listed with their finding and their deliveries, and without secrets', async () => {
    const rule = await liveThroughOne();
    const { body } = await call('GET', '/incidents');
    expect([...Value.Errors(IncidentList, body)]).toEqual([]);
    expect(body.incidents).toHaveLength(1);
    expect(body.incidents[0]).toMatchObject({
      id: `${rule.id}-1`,
      ruleName: 'PDFs fail',
      status: 'resolved',
      failureRate: 0.4,
      streams: 100,
      failed: 40,
      deliveries: [
        { channel: 'webhook', transition: 'firing', status: 'delivered', attempts: 1, detail: null },
        { channel: 'webhook', transition: 'resolved', status: 'delivered', attempts: 1, detail: null },
      ],
    });
    expect(body.incidents[0].summary).toMatch(/^40 % of 100 streams with model gpt-5 failed/);
    expect(JSON.stringify(body)).not.toContain('/hook');
    const one = await call('GET', `/incidents/${rule.id}-1`);
    expect([...Value.Errors(Incident, one.body)]).toEqual([]);
    expect(one.body).toEqual(body.incidents[0]);
  });

  it('are narrowed by time and status', async () => {
    await liveThroughOne();
    const count = async (query: string) => (await call('GET', `/incidents?${query}`)).body.incidents.length;
    expect(await count('status=firing')).toBe(0);
    expect(await count('status=resolved')).toBe(1);
    expect(await count(`from=${START}&to=${START + 60_000}`)).toBe(0);
    expect(await count(`from=${START}&to=${START + 61_000}`)).toBe(1);
    expect(await count(`from=${START + 179_000}&to=${START + 200_000}`)).toBe(0);
    expect(await call('GET', '/incidents?status=over')).toMatchObject({ status: 400 });
    expect(await call('GET', '/incidents?from=yesterday')).toMatchObject({
      status: 400,
      body: { code: 'invalid-range' },
    });
    expect(await call('GET', '/incidents/nothing')).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });
});

describe('a preview', () => {
  it('shows points and would-be incidents of the last day', async () => {
    await insertStreams(
      tables.client(),
      { from: START - 3_600_000, to: START - 3_000_000, streams: 600, failed: 300 },
      { from: START - 3_000_000, to: START, streams: 3_000, failed: 30, model: 'another' },
    );
    const { status, body } = await call('POST', '/rules/preview', { ...minimal, minimumStreams: 5 });
    expect({ status, errors: [...Value.Errors(RulePreview, body)] }).toEqual({ status: 200, errors: [] });
    expect(Date.parse(body.to) - Date.parse(body.from)).toBe(86_400_000);
    expect(body.points.length).toBe(720);
    expect(body.stepSeconds).toBe(120);
    expect(body.incidents).toHaveLength(1);
    expect(body.incidents[0]).toMatchObject({ peakFailureRate: 0.5 });
    expect(receiver.received).toEqual([]);
  });

  it('refuses what would take too many evaluations, and says what to do', async () => {
    const long = await call('POST', `/rules/preview?from=${START - 90 * 86_400_000}`, minimal);
    expect(long).toMatchObject({ status: 400, body: { code: 'invalid-range' } });
    const fine = await call('POST', `/rules/preview?from=${START - 3 * 86_400_000}`, {
      ...minimal,
      windowSeconds: 61,
    });
    expect(fine.body.message).toContain('make windowSeconds a multiple of 10');
  });
});
