import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Behaviour, behave, isCutByClock, type Seen } from '../testing/behaviours.ts';
import { chatClients } from '../testing/clients.ts';
import {
  applicationRows,
  catalogueRows,
  expectedOf,
  initiatorsOf,
  stageFor,
} from '../testing/fault-matrix.ts';
import { factOf, recordSpans } from '../testing/recorded-spans.ts';
import { observeFetch } from './observe-fetch.ts';
import { openStreams } from './open-streams.ts';

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));

describe.each(chatClients.map((client) => ({ client, name: client.name })))('$name', ({ client }) => {
  const spans = recordSpans();
  const observed = observeFetch(globalThis.fetch, {
    tracerProvider: spans.tracerProvider,
    stallThreshold: 0.15,
  });
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await createSimulator();
  });
  afterAll(() => simulator.close());
  afterEach(async () => {
    spans.reset();
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled.splice(0)).toEqual([]);
  });

  const rows = [...catalogueRows(client.protocol), ...applicationRows].flatMap((row) => {
    const expected = expectedOf(row, client);
    return expected === undefined ? [] : [{ ...row, expected }];
  });

  test.each(rows)('$name', async ({ fault, behaviour, expected, serverSeesCancel }) => {
    const call = { url: simulator.url, fault };
    const bare = await behave(client, { ...call, fetch: globalThis.fetch }, behaviour);
    const seen = await behave(client, { ...call, fetch: observed }, behaviour);
    expectSameView(seen, bare, behaviour);

    const [span, ...more] = await spans.waitFor(1);
    expect(more).toEqual([]);
    const reason = factOf(span, 'reason') as TerminationReason;
    expect(expected.reasons).toContain(reason);
    expect(initiatorsOf(reason)).toContain(factOf(span, 'initiator'));
    expect(factOf(span, 'stage')).toBe(stageFor(expected, reason));
    expect(factOf(span, 'outcome')).toBe(outcomeOf(reason));

    const end = await simulator.requests.last()?.ended;
    if (serverSeesCancel) expect(end?.by).toBe('client_closed');
    expect(openStreams.size).toBe(0);
    expect(await spans.waitFor(2, 20)).toHaveLength(1);
  });
});

function expectSameView(seen: Seen, bare: Seen, behaviour: Behaviour): void {
  expect(seen.ended).toEqual(bare.ended);
  if (!isCutByClock(behaviour)) expect(seen.events).toBe(bare.events);
  const [shorter, longer] = [seen.events, bare.events].sort((a, b) => a.length - b.length);
  expect(longer?.startsWith(shorter ?? '')).toBe(true);
}
