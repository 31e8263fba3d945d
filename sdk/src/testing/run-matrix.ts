import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createSimulator, type RequestEnd, type RequestRecord, type Simulator } from '@weir/simulator';
import { observeFetch } from '../fetch/observe-fetch.ts';
import { behave, type Seen } from './behaviours.ts';
import type { ChatClient } from './clients.ts';
import type { MatrixRow, Places } from './fault-matrix.ts';
import { recordSpans } from './recorded-spans.ts';

/** One row, seen by one client: without us, with us, and by the server. */
export interface RowResult {
  readonly bare: Seen;
  readonly seen: Seen;
  readonly spans: readonly ReadableSpan[];
  readonly serverEnd: RequestEnd | undefined;
}

/** Runs rows of the matrix for one client, as many at once as wanted: nearly all of the time is waiting. */
export interface MatrixRunner {
  run(row: MatrixRow): Promise<RowResult>;
  close(): Promise<void>;
}

export async function openMatrix(client: ChatClient): Promise<MatrixRunner> {
  const simulator = await createSimulator();
  const places = { simulatorUrl: simulator.url, closedPort: await closedPort() };
  let runs = 0;
  return {
    run: (row) => runRow(client, row, { simulator, places, key: `run-${++runs}` }),
    close: () => simulator.close(),
  };
}

interface Bench {
  readonly simulator: Simulator;
  readonly places: Places;
  /** Finds the observed call in the simulator's log. */
  readonly key: string;
}

async function runRow(client: ChatClient, row: MatrixRow, bench: Bench): Promise<RowResult> {
  const { simulator, places, key } = bench;
  const spans = recordSpans();
  const observed = observeFetch(globalThis.fetch, {
    tracerProvider: spans.tracerProvider,
    // Shorter than the timers of the applications, so that a silence before one counts as a stall.
    stallThreshold: 0.15,
  });
  const url = row.url?.(places) ?? simulator.url;
  const bare = await behave(client, { url, fault: row.fault, fetch: globalThis.fetch }, row.behaviour);
  const call = { url, fault: { ...row.fault, key }, fetch: observed };
  const seen = await behave(client, call, row.behaviour);
  await spans.waitFor(1);
  const serverEnd = await requestOf(simulator, key)?.ended;
  // A second span, if there were one, has had its time.
  return { bare, seen, serverEnd, spans: [...(await spans.waitFor(2, 20))] };
}

function requestOf({ requests }: Simulator, key: string): RequestRecord | undefined {
  const isAskedBy = ({ headers }: RequestRecord) =>
    String(headers['x-simulator-fault']).endsWith(`key=${key}`);
  return requests.entries().find(isAskedBy);
}

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
