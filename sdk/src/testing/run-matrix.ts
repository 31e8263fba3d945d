import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createSimulator, type RequestEnd, type Simulator } from '@weir/simulator';
import { type Fetch, observeFetch } from '../fetch/observe-fetch.ts';
import { behave, type Seen } from './behaviours.ts';
import type { ChatClient } from './clients.ts';
import type { MatrixRow, Places } from './fault-matrix.ts';
import { type RecordedSpans, recordSpans } from './recorded-spans.ts';

/** One row, seen by one client: without us, with us, and by the server. */
export interface RowResult {
  readonly bare: Seen;
  readonly seen: Seen;
  readonly spans: readonly ReadableSpan[];
  readonly serverEnd: RequestEnd | undefined;
}

/** Runs rows of the matrix one after the other, for one client. */
export interface MatrixRunner {
  run(row: MatrixRow): Promise<RowResult>;
  close(): Promise<void>;
}

export async function openMatrix(client: ChatClient): Promise<MatrixRunner> {
  const spans = recordSpans();
  const simulator = await createSimulator();
  const places = { simulatorUrl: simulator.url, closedPort: await closedPort() };
  const observed = observeFetch(globalThis.fetch, {
    tracerProvider: spans.tracerProvider,
    // Shorter than the timers of the applications, so that a silence before one counts as a stall.
    stallThreshold: 0.15,
  });
  return {
    run: (row) => runRow(client, row, { spans, simulator, places, observed }),
    close: () => simulator.close(),
  };
}

interface Bench {
  readonly spans: RecordedSpans;
  readonly simulator: Simulator;
  readonly places: Places;
  readonly observed: Fetch;
}

async function runRow(client: ChatClient, row: MatrixRow, bench: Bench): Promise<RowResult> {
  const { spans, simulator, places, observed } = bench;
  const call = { url: row.url?.(places) ?? simulator.url, fault: row.fault };
  const bare = await behave(client, { ...call, fetch: globalThis.fetch }, row.behaviour);
  spans.reset();
  const seen = await behave(client, { ...call, fetch: observed }, row.behaviour);
  await spans.waitFor(1);
  const serverEnd = row.url === undefined ? await simulator.requests.last()?.ended : undefined;
  // A second span, if there were one, has had its time.
  return { bare, seen, serverEnd, spans: [...(await spans.waitFor(2, 20))] };
}

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
