import type { Pipeline } from '@weir/schemas/api';
import { otherValue, type Refusal } from '@weir/schemas/receiving';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Closing } from '../connections.ts';
import { DistinctValues } from './distinct-values.ts';
import { createKeyVolumes, type KeyUse, type KeyVolumes } from './key-volume.ts';
import { count, type Tally } from './tally.ts';

/** How a request travelled. */
export type Transport = 'http' | 'grpc';

export type ClosedReason = Closing | 'timeout' | 'headers_too_large' | 'malformed';

export interface Answered {
  readonly transport: Transport;
  /** The HTTP status, or the name of the gRPC code. */
  readonly status: string;
  readonly encoding: string;
  readonly seconds: number;
}

/** Counts since the start, as the pipeline page shows them. */
export type ReceivedCounts = Pick<
  Pipeline,
  | 'acceptedSpans'
  | 'duplicateSpans'
  | 'lostSpans'
  | 'rejectedSpans'
  | 'skippedSpans'
  | 'alteredValues'
  | 'overflowingDimensions'
  | 'refusedRequests'
  | 'lastSpanAt'
>;

/** Counts of what was received: the one place behind `/metrics` and the pipeline page. */
export interface IngestMetrics {
  accepted(tally: Tally, use: KeyUse): void;
  refused(reason: Refusal, request: RefusedRequest): void;
  answered(answer: Answered): void;
  /** A connection that the collector closed, or never let begin. */
  closed(transport: Transport, reason: ClosedReason): void;
  loaded(load: { seconds: number; rows: number; status: string }): void;
  counts(): Promise<ReceivedCounts>;
  /** The same, key by key. */
  readonly keys: KeyVolumes;
}

export interface RefusedRequest {
  readonly transport: Transport;
  /** undefined when it came without a valid key. */
  readonly keyId: string | undefined;
}

/** Custom dimensions are named by senders. */
const MAX_DIMENSION_LABELS = 256;

/** Registers the metrics. Call it once for a registry. @param now wall clock, Unix milliseconds */
export function createIngestMetrics(registry: Registry, now: () => number): IngestMetrics {
  const registers = [registry];
  const spans = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `weir_${name}_total`, help, labelNames, registers });
  const accepted = spans('accepted_spans', 'Spans stored as streams.');
  const duplicates = spans('duplicate_spans', 'Spans that were stored before: retries, counted once.');
  const lost = spans('lost_spans', 'Spans that senders say they had to drop before they could send them.');
  const rejected = spans('rejected_spans', 'Spans refused in a partial success, by reason.', ['reason']);
  const skipped = spans('skipped_spans', 'Spans accepted that are not streams, by reason.', ['reason']);
  const altered = spans('altered_values', 'Values of stored spans cut or dropped, by kind.', ['kind']);
  const overflowed = spans('overflowed_values', 'Values stored as `other`, by dimension.', ['dimension']);
  const overflowing = new DistinctValues(MAX_DIMENSION_LABELS);
  const refused = spans('refused_requests', 'Requests refused as a whole, by reason and transport.', [
    'reason',
    'transport',
  ]);
  const closed = new Counter({
    name: 'weir_closed_connections_total',
    help: 'Connections that the collector closed, by transport and reason.',
    labelNames: ['transport', 'reason'],
    registers,
  });
  const loadedRows = spans('loaded_rows', 'Rows that ClickHouse took.');
  const requestSeconds = new Histogram({
    name: 'weir_ingest_request_duration_seconds',
    help: 'Time from a request with spans to its answer.',
    labelNames: ['transport', 'status', 'encoding'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const loadSeconds = new Histogram({
    name: 'weir_load_duration_seconds',
    help: 'Time to bring a segment of the spool into ClickHouse, by result.',
    labelNames: ['status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const keys = createKeyVolumes(registry, now);
  let lastSpanAt: string | null = null;

  return {
    keys,
    accepted(tally, use) {
      const { isDuplicate } = use;
      keys.accepted(tally, use);
      if (tally.stored > 0) lastSpanAt = new Date(now()).toISOString();
      (isDuplicate ? duplicates : accepted).inc(tally.stored);
      duplicates.inc(tally.duplicates);
      if (!isDuplicate) lost.inc(tally.lostBySender);
      for (const [reason, times] of tally.rejected) rejected.inc({ reason }, times);
      for (const [reason, times] of tally.skipped) skipped.inc({ reason }, times);
      for (const [kind, times] of tally.altered) altered.inc({ kind }, times);
      for (const [name, times] of tally.overflows) {
        overflowed.inc({ dimension: overflowing.admit(name) ? name : otherValue }, times);
      }
    },
    refused(reason, { transport, keyId }) {
      refused.inc({ reason, transport });
      if (keyId !== undefined) keys.refused(keyId, reason);
    },
    closed: (transport, reason) => closed.inc({ transport, reason }),
    answered: ({ seconds, ...labels }) => requestSeconds.observe(labels, seconds),
    loaded({ seconds, rows, status }) {
      loadSeconds.observe({ status }, seconds);
      if (status === 'loaded') loadedRows.inc(rows);
    },
    async counts() {
      const alterations = await byLabel(altered, 'kind');
      const overflows = await byLabel(overflowed, 'dimension');
      const refusals = await byLabel(refused, 'reason');
      return {
        acceptedSpans: (await accepted.get()).values[0]?.value ?? 0,
        duplicateSpans: (await duplicates.get()).values[0]?.value ?? 0,
        lostSpans: (await lost.get()).values[0]?.value ?? 0,
        rejectedSpans: asSpans(await byLabel(rejected, 'reason')),
        skippedSpans: asSpans(await byLabel(skipped, 'reason')),
        alteredValues: alterations.map(([kind, values]) => ({ kind, values })),
        overflowingDimensions: overflows.map(([dimension, values]) => ({ dimension, values })),
        refusedRequests: refusals.map(([reason, requests]) => ({ reason, requests })),
        lastSpanAt,
      };
    },
  };
}

/** The counts of each value of one label, over all values of the others. */
async function byLabel(counter: Counter, label: string): Promise<[string, number][]> {
  const sums = new Map<string, number>();
  for (const { labels, value } of (await counter.get()).values) count(sums, String(labels[label]), value);
  return [...sums];
}

function asSpans(counts: readonly [string, number][]): { reason: string; spans: number }[] {
  return counts.map(([reason, spans]) => ({ reason, spans }));
}
