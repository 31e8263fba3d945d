import type {
  CreatedKey,
  DeletionAnswer,
  IncidentList,
  Rule,
  RuleInput,
  StreamPage,
} from '@weir/schemas/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Receiver, startReceiver } from './alert/testing/receiver.ts';
import {
  markedStreams,
  marksOf,
  sharedIds,
  sharedStreams,
  spanIdOf,
  traceIdOf,
} from './testing/projects/marked-streams.ts';
import { type ApiDocument, type Ask, asksOf, type Route, routesOf } from './testing/projects/route-asks.ts';
import { startTemporaryCollector, type TemporaryCollector } from './testing/temporary-collector.ts';

/**
 * Two projects on one collector. Everything is asked as the one that was there first, with ids of both; nothing of the
 * other may be in any answer, and no figure may differ from what it was before the other came.
 */
const own = 'alpha';
const other = 'bravo';
const OWN_STREAMS = 30;
const OTHER_STREAMS = 44;

/** What is of the installation and not of a project. Whoever may read the dashboard may see all of it. */
const ofTheInstallation: ReadonlySet<string> = new Set([
  'GET /projects',
  'POST /projects',
  'DELETE /keys/{id}',
  'PUT /retention/{project}',
  'DELETE /retention/{project}',
]);
/** These say in their body which project they are about. */
const namedInBody: ReadonlySet<string> = new Set(['POST /keys', 'POST /deletions']);
/** Changes, which are tried one by one below. */
const changes: ReadonlySet<string> = new Set([
  ...namedInBody,
  'POST /rules',
  'PUT /rules/{id}',
  'DELETE /rules/{id}',
  'POST /rules/{id}/test',
  'POST /rules/preview',
]);
/** Answers that change by themselves. */
const moving = /^\/(pipeline|keys|rules|incidents|deletions|retention)/;

let temporary: TemporaryCollector;
let hooks: Receiver;
let routes: Route[];
let asks: Ask[];
let deletion: string;
const before = new Map<string, string>();
const rules = new Map<string, Rule>();
const endedAtMs = Date.now() - 1_000;
const range = { from: String(endedAtMs - 600_000), to: String(endedAtMs + 600_000) };

beforeAll(async () => {
  hooks = await startReceiver();
  temporary = await startTemporaryCollector();
  await fill(own, OWN_STREAMS);
  const document = (await (await fetch(`${temporary.collector.url}/api/openapi.json`)).json()) as ApiDocument;
  routes = routesOf(document);
  asks = questions();
  for (const { path } of asks) before.set(path, await textOf(path));
  await fill(other, OTHER_STREAMS);
  await api(`retention/${other}`, 'PUT', { rawDays: 40, rollupDays: 41 });
  deletion = (await remove(other, 'nobody', false)).deletion?.id ?? '';
  for (const project of [own, other]) {
    await vi.waitFor(async () => expect(await incidentsOf(project)).toHaveLength(1), {
      timeout: 60_000,
      interval: 500,
    });
  }
}, 120_000);

afterAll(async () => {
  await temporary?.dispose();
  await hooks?.close();
});

async function fill(project: string, streams: number): Promise<void> {
  const { key } = await api<CreatedKey>('keys', 'POST', { project, label: `${project}-label` });
  const response = await fetch(`${temporary.collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: markedStreams(project, streams, endedAtMs),
  });
  expect(response.status).toBe(200);
  await vi.waitFor(async () => expect(await streamsOf(project)).toHaveLength(streams), { timeout: 30_000 });
  rules.set(project, await api<Rule>(`rules?project=${project}`, 'POST', ruleOf(project)));
}

function ruleOf(project: string): RuleInput {
  return {
    ...{ name: `${project} fails`, enabled: true, measure: 'failure_rate', filters: [], threshold: 0.01 },
    ...{ windowSeconds: 600, delaySeconds: 0, forSeconds: 0, recoveryForSeconds: 0 },
    ...{ minimumStreams: 1, minimumFailures: 1 },
    channels: [{ type: 'webhook', url: `${hooks.origin}/${project}` }],
  };
}

async function api<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await call(path, method, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function call(path: string, method = 'GET', body?: unknown): Promise<Response> {
  return fetch(`${temporary.collector.url}/api/v1/${path.replace(/^\//, '')}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
}

function remove(project: string, id: string, dryRun: boolean): Promise<DeletionAnswer> {
  return api('deletions', 'POST', { project, subject: 'user', id, dryRun });
}

async function textOf(path: string): Promise<string> {
  return await (await call(path)).text();
}

async function streamsOf(project: string): Promise<StreamPage['rows']> {
  const query = new URLSearchParams({ ...range, project, limit: '100' });
  return (await api<StreamPage>(`streams?${query}`)).rows;
}

async function incidentsOf(project: string): Promise<IncidentList['incidents']> {
  const { incidents } = await api<IncidentList>(`incidents?project=${project}`);
  return incidents.filter(({ ruleName }) => ruleName === `${project} fails`);
}

/** Known before there is an incident: the first of the rule. */
const incidentIdOf = (project: string) => `${rules.get(project)?.id ?? 'not-yet'}-1`;

/** Every GET of the document in every way; ids of the other project are worked out, so they are asked before it exists. */
function questions(): Ask[] {
  const ids = [own, other].flatMap((project) => [traceIdOf(project, 20), traceIdOf(project, 1)]);
  const values = {
    path: {
      traceId: ids,
      spanId: [own, other].flatMap((project) => [spanIdOf(project, 20), spanIdOf(project, 1)]),
      name: ['service', 'model', 'dimension.plan', `dimension.${other}`],
      'incidents.id': [incidentIdOf(own)],
      'rules.id': [rules.get(own)?.id ?? ''],
      'deletions.id': ['none'],
    },
    query: {
      by: ['service', 'model', 'network', 'dimension.plan', `dimension.${other}`],
      filter: [
        `service:${other}-service.name`,
        `!service:${own}-service.name`,
        `dimension.plan:${other}-plan`,
      ],
      search: [
        ...Object.values(sharedIds),
        ...ids,
        spanIdOf(other, 20),
        `${other}-requestId-20`,
        other.slice(0, 3),
      ],
      cursor: [cursorAt(endedAtMs + 1, 'f'.repeat(32)), cursorAt(endedAtMs, traceIdOf(other, 20))],
      format: ['csv'],
      limit: ['100'],
      buckets: ['7'],
      sort: ['failed'],
      status: ['firing', 'resolved'],
    },
  };
  return routes
    .filter(({ method, name }) => method === 'GET' && !ofTheInstallation.has(name))
    .flatMap((route) => asksOf(route, values, { ...range, project: own }));
}

/** As the API gives them out; one of another project is a place in time and no more. */
function cursorAt(ms: number, traceId: string): string {
  return Buffer.from(`${ms}.${traceId}.${'f'.repeat(16)}`, 'latin1').toString('base64url');
}

function expectNothingOfOther(answer: string, { path, asked }: Ask): void {
  let text = answer;
  // An answer may say again what it was asked.
  for (const words of asked) text = text.replaceAll(words, '');
  for (const mark of marksOf(other)) expect(text, path).not.toContain(mark);
}

describe('a project', () => {
  it('is a parameter of every question, and every route of the API is tried here', () => {
    const questions = routes.filter(({ name }) => !ofTheInstallation.has(name));
    expect(
      questions
        .filter(({ name, query }) => !namedInBody.has(name) && !query.includes('project'))
        .map(({ name }) => name),
    ).toEqual([]);
    const untried = questions.filter(({ method, name }) => method !== 'GET' && !changes.has(name));
    expect(untried.map(({ name }) => name)).toEqual([]);
    expect(asks.length).toBeGreaterThan(60);
  });

  it('has data that would be seen: all its own marks are in its own answers', async () => {
    const text = await textOf(`/streams?${new URLSearchParams({ ...range, project: other })}`);
    for (const mark of marksOf(other)) expect(text).toContain(mark);
  });

  it('sees nothing of another in any answer, however it is asked', async () => {
    for (const ask of asks) expectNothingOfOther(await textOf(ask.path), ask);
  });

  it('has the figures that it had before the other came', async () => {
    for (const { path } of asks) {
      if (!moving.test(path)) expect(await textOf(path), path).toBe(before.get(path));
    }
  });

  it('is all that a key which reads it can ask about', async () => {
    const { key } = await api<CreatedKey>('keys', 'POST', { project: own, label: 'reads', reads: true });
    const statusOf = async (route: Route, query: string) => {
      const path = route.path.replaceAll(/\{\w+\}/g, '0'.repeat(32));
      const url = `${temporary.collector.url}/api/v1${path}${query}`;
      return (await fetch(url, { method: route.method, headers: { authorization: `Bearer ${key}` } })).status;
    };
    const ofAll = /^\/(keys|projects|pipeline|deletions|retention)/;
    for (const route of routes) {
      const isQuestion = route.method === 'GET' && !ofAll.test(route.path);
      expect(await statusOf(route, `?project=${other}`), route.name).toBe(403);
      expect(await statusOf(route, ''), route.name).toBe(403);
      expect((await statusOf(route, `?project=${own}`)) === 403, route.name).toBe(!isQuestion);
    }
    const metrics = await fetch(`${temporary.collector.url}/metrics`, { headers: { 'x-weir-key': key } });
    expect(metrics.status).toBe(403);
  });

  it('is the project default when none is named, and that has nothing of either', async () => {
    const { rows } = await api<StreamPage>(`streams?${new URLSearchParams(range)}`);
    expect(rows).toEqual([]);
  });

  it.each(['incidents', 'rules'])('does not get the %s of another by their id', async (kind) => {
    const id = kind === 'rules' ? rules.get(other)?.id : incidentIdOf(other);
    expect((await call(`${kind}/${id}?project=${other}`)).status).toBe(200);
    expect((await call(`${kind}/${id}?project=${own}`)).status).toBe(404);
    expect((await call(`${kind}/${id}`)).status).toBe(404);
  });

  it('does not change, test or delete the rules of another', async () => {
    const id = rules.get(other)?.id;
    const messages = hooks.received.length;
    const tries = [
      await call(`rules/${id}?project=${own}`, 'PUT', ruleOf(own)),
      await call(`rules/${id}?project=${own}`, 'DELETE'),
      await call(`rules/${id}/test?project=${own}`, 'POST'),
    ];
    expect(tries.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(hooks.received).toHaveLength(messages);
    expect(await api<Rule>(`rules/${id}?project=${other}`)).toMatchObject({ name: `${other} fails` });
  });

  it('counts and deletes what is its own of a user whom both have', async () => {
    expect((await remove(own, sharedIds.userHash, true)).rows).toBe(sharedStreams);
    expect((await call(`deletions/${deletion}?project=${other}`)).status).toBe(200);
    expect((await call(`deletions/${deletion}?project=${own}`)).status).toBe(404);
  });

  it('previews rules on its own streams', async () => {
    const query = new URLSearchParams({ ...range, project: own });
    const { points } = await api<{ points: { streams: number }[] }>(
      `rules/preview?${query}`,
      'POST',
      ruleOf(own),
    );
    expect(Math.max(...points.map(({ streams }) => streams))).toBe(OWN_STREAMS);
  });

  it('has messages about its own incidents alone', async () => {
    await vi.waitFor(
      () => expect(hooks.received.map(({ path }) => path).toSorted()).toEqual([`/${own}`, `/${other}`]),
      {
        timeout: 30_000,
      },
    );
    const text = JSON.stringify(hooks.received.find(({ path }) => path === `/${own}`)?.body);
    expectNothingOfOther(text, { path: 'webhook', asked: [] });
  });
});
