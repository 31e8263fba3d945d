import { Registry } from 'prom-client';
import type { Payload } from '../../forward/payload.ts';
import { createKeyRing, type KeyRing } from '../../keys/key-ring.ts';
import type { AppendResult, Batch, Busy } from '../../spool/sink.ts';
import { noKnownSpans } from '../../spool/testing/no-known-spans.ts';
import { readHere } from '../body-reader.ts';
import { createByteBudget } from '../byte-budget.ts';
import { createIngestMetrics } from '../ingest-metrics.ts';
import { createRequestReader } from '../read-request.ts';
import { createReceiver } from '../receiver.ts';
import { receivedAtMs } from './read-spans.ts';

export interface FakeSinkOptions {
  readonly maxBodyBytes: number;
  /** Default: everything is stored. */
  readonly append?: (batch: Batch) => Promise<AppendResult>;
  /** Default: none. */
  readonly refusal?: Busy;
  readonly budgetBytes?: number;
  /** Default: anybody may send. */
  readonly keys?: KeyRing;
}

/** @param environmentKey the one key there is */
export function ringWith(environmentKey?: string): KeyRing {
  const given = environmentKey === undefined ? {} : { environmentKey };
  return createKeyRing({ ...given, isOpenWithoutKeys: true, now: () => performance.now() });
}

/** A real receiver before a sink that notes what it is given. */
export function receiveIntoFakeSink(options: FakeSinkOptions) {
  const { maxBodyBytes, append, refusal, budgetBytes = 1 << 22, keys = ringWith() } = options;
  const batches: Batch[] = [];
  const forwarded: Payload[] = [];
  const registry = new Registry();
  const metrics = createIngestMetrics(registry, () => receivedAtMs);
  const budget = createByteBudget(budgetBytes);
  const receiver = createReceiver({
    sink: {
      append: async (batch) => {
        batches.push(batch);
        return append === undefined ? { status: 'stored', isDuplicate: false } : append(batch);
      },
      refusal: () => refusal,
      spans: noKnownSpans,
    },
    read: readHere(createRequestReader({ now: () => receivedAtMs, spans: noKnownSpans })),
    metrics,
    budget,
    maxBodyBytes,
    keys,
    forward: (payload) => forwarded.push(payload),
  });
  return { receiver, keys, batches, forwarded, registry, metrics, budget };
}
