import { type AddressInfo, createServer } from 'node:net';
import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { behave, isCutByClock } from '../testing/behaviours.ts';
import { chatClients } from '../testing/clients.ts';
import {
  type ExpectedSpan,
  expectedOf,
  initiatorsOf,
  matrixRows,
  stageFor,
} from '../testing/fault-matrix.ts';
import { type EndedCall, observePageFetch } from './page-fetch.ts';
import { createPageKnowledge } from './page-knowledge.ts';
import { pageRequestFacts } from './page-request.ts';

const [client] = chatClients.filter(({ name }) => name === 'fetch');
if (client === undefined) throw new Error('There is no client that is `fetch` alone');

let simulator: Simulator;
let closedPort: number;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
beforeAll(async () => {
  vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/', visibilityState: 'visible' });
  vi.stubGlobal('location', { origin: 'http://127.0.0.1' });
  process.on('unhandledRejection', onUnhandled);
  simulator = await createSimulator();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closedPort = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
});
afterAll(async () => {
  await simulator.close();
  process.off('unhandledRejection', onUnhandled);
  vi.unstubAllGlobals();
  expect(unhandled).toEqual([]);
});

function observe() {
  const ended: EndedCall[] = [];
  const bugs: unknown[] = [];
  const { fetch } = observePageFetch(globalThis.fetch, {
    options: { endpoint: '', service: '', stallThreshold: 0.15 },
    knowledge: createPageKnowledge([], []),
    requestFacts: pageRequestFacts,
    clock: () => performance.now(),
    now: Date.now,
    createContext: () => ({ traceId: '', spanId: '', traceFlags: 1 }),
    onEnd: (call) => ended.push(call),
    onBug: (bug) => bugs.push(bug),
  });
  return { fetch, ended, bugs };
}

/** Errors of a call that gets no answer look all alike to a page. */
const unanswered: Readonly<Record<string, ExpectedSpan>> = Object.fromEntries(
  ['dns_error', 'tls_error', 'reset_before_headers', 'close_before_headers'].map((name) => [
    name,
    { reasons: ['connect_error'], stage: 'connect' },
  ]),
);

const rows = matrixRows(client.protocol).flatMap((row) => {
  const expected = expectedOf(row, client);
  return expected === undefined ? [] : [{ ...row, expected: unanswered[row.name] ?? expected }];
});

describe.concurrent('a page that reads by fetch, at each row of the fault matrix', () => {
  test.each(rows)('$name', async ({ expected, ...row }) => {
    const places = { simulatorUrl: simulator.url, closedPort };
    const url = row.url?.(places) ?? simulator.url;
    const bare = await behave(client, { url, fault: row.fault, fetch: globalThis.fetch }, row.behaviour);
    const { fetch, ended, bugs } = observe();
    const seen = await behave(client, { url, fault: row.fault, fetch }, row.behaviour);
    await vi.waitFor(() => expect(ended).toHaveLength(1), 5000);
    expect(bugs).toEqual([]);
    expect(seen.ended).toEqual(bare.ended);
    if (!isCutByClock(row.behaviour)) expect(seen.events).toBe(bare.events);
    const [call] = ended;
    const reason = call?.facts.reason as TerminationReason;
    expect(expected.reasons).toContain(reason);
    expect(call?.facts.stage).toBe(stageFor(expected, reason));
    expect(call?.facts.outcome).toBe(outcomeOf(reason));
    const initiators = initiatorsOf(reason).map((who) => (who === 'service' ? 'client' : who));
    expect(initiators).toContain(call?.facts.initiator);
  });
});
