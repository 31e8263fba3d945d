import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { createSimulator, type RequestRecord, type Simulator } from '@weir/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { observeFetch } from './fetch/observe-fetch.ts';
import { openStreams } from './fetch/open-streams.ts';
import { behave, isCutByClock } from './testing/behaviours.ts';
import { rowsFor } from './testing/client-matrix.ts';
import { initiatorsOf } from './testing/fault-matrix.ts';
import { collectGarbage } from './testing/garbage-collection.ts';
import { factOf, type RecordedSpans, recordSpans } from './testing/recorded-spans.ts';
import { fetchClients } from './testing/vendors/index.ts';

// Nearly all of the time is waiting.
vi.setConfig({ maxConcurrency: 12 });

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
let simulator: Simulator;
let calls = 0;

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  simulator = await createSimulator();
});
afterAll(async () => {
  await simulator.close();
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
  expect(openStreams.size).toBe(0);
});

describe.concurrent.each(fetchClients.map((client) => ({ client, name: client.name })))(
  '$name',
  ({ client }) => {
    test.each(rowsFor(client))('$name', async ({ fault, behaviour, expected }) => {
      const spans = recordSpans();
      const observed = observeFetch(globalThis.fetch, {
        tracerProvider: spans.tracerProvider,
        stallThreshold: 0.15,
      });
      const key = `call-${++calls}`;
      const url = simulator.url;
      const bare = await behave(client, { url, fault, fetch: globalThis.fetch }, behaviour);
      const seen = await behave(client, { url, fault: { ...fault, key }, fetch: observed }, behaviour);
      expect(seen.ended).toEqual(bare.ended);
      if (!isCutByClock(behaviour)) expect(seen.events).toBe(bare.events);

      const [span] = await endedSpans(spans);
      const reason = factOf(span, 'reason') as TerminationReason;
      expect(expected.reasons).toContain(reason);
      expect(factOf(span, 'stage')).toBe(expected.stage);
      expect(factOf(span, 'outcome')).toBe(outcomeOf(reason));
      expect(expected.initiators ?? initiatorsOf(reason)).toContain(factOf(span, 'initiator'));
      if (expected.serverSeesCancel) expect((await recordOf(key)?.ended)?.by).toBe('client_closed');
      expect(await spans.waitFor(2, 20)).toHaveLength(1);
    });
  },
);

/** A body that a library drops without a word ends when it is collected. */
async function endedSpans(spans: RecordedSpans) {
  for (let attempt = 0; attempt < 50; attempt++) {
    if ((await spans.waitFor(1, 100)).length > 0) break;
    collectGarbage();
  }
  return spans.all();
}

function recordOf(key: string): RequestRecord | undefined {
  const isAskedBy = ({ headers }: RequestRecord) =>
    String(headers['x-simulator-fault']).endsWith(`key=${key}`);
  return simulator.requests.entries().find(isAskedBy);
}
