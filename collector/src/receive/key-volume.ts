import type { KeyVolume } from '@weir/schemas/api';
import type { Refusal, Rejection } from '@weir/schemas/receiving';
import { Counter, type Registry } from 'prom-client';
import { count, type Tally } from './tally.ts';

/** What came with a request that was taken. */
export interface KeyUse {
  readonly keyId: string;
  readonly isDuplicate: boolean;
  /** Of its body as it was sent. */
  readonly bytes: number;
}

/** What was received with each key since the start. It knows as many keys as were ever valid, and those are bounded. */
export interface KeyVolumes {
  accepted(tally: Tally, use: KeyUse): void;
  refused(keyId: string, reason: Refusal): void;
  of(keyId: string): KeyVolume;
  /** Ids of keys that were used. */
  used(): readonly string[];
  /** Unix milliseconds of the last request of each key that had one. */
  lastSeen(): ReadonlyMap<string, number>;
}

/** Keys that have time series of their own in `/metrics`; those used later share the label `other`. */
export const maxKeyLabels = 100;

interface Counts {
  readonly label: string;
  accepted: number;
  duplicates: number;
  readonly rejected: Map<Rejection, number>;
  readonly refused: Map<Refusal, number>;
  bytes: number;
  lastSeenAtMs: number;
}

/** Registers the metrics of keys. @param now wall clock, Unix milliseconds */
export function createKeyVolumes(registry: Registry, now: () => number): KeyVolumes {
  const metrics = createKeyMetrics(registry);
  const byKey = new Map<string, Counts>();

  function seen(keyId: string): Counts {
    let counts = byKey.get(keyId);
    if (counts === undefined) {
      counts = unusedAs(byKey.size < maxKeyLabels ? keyId : 'other');
      byKey.set(keyId, counts);
    }
    counts.lastSeenAtMs = now();
    return counts;
  }

  return {
    accepted(tally, { keyId, isDuplicate, bytes }) {
      const counts = seen(keyId);
      const accepted = isDuplicate ? 0 : tally.stored;
      counts.accepted += accepted;
      counts.duplicates += tally.stored - accepted + tally.duplicates;
      counts.bytes += bytes;
      metrics.accepted.inc({ key: counts.label }, accepted);
      metrics.bytes.inc({ key: counts.label }, bytes);
      for (const [reason, times] of tally.rejected) {
        count(counts.rejected, reason, times);
        metrics.rejected.inc({ key: counts.label, reason }, times);
      }
    },
    refused(keyId, reason) {
      const counts = seen(keyId);
      count(counts.refused, reason);
      metrics.refused.inc({ key: counts.label, reason });
    },
    of: (keyId) => volumeOf(byKey.get(keyId) ?? unusedAs('')),
    used: () => [...byKey.keys()],
    lastSeen: () => new Map(Array.from(byKey, ([keyId, { lastSeenAtMs }]) => [keyId, lastSeenAtMs])),
  };
}

function createKeyMetrics(registry: Registry) {
  const counter = (name: string, help: string, ...labels: string[]) =>
    new Counter({
      name: `weir_key_${name}_total`,
      help: `${help}, by the id of the ingest key; \`other\` beyond the first ${maxKeyLabels} keys.`,
      labelNames: ['key', ...labels],
      registers: [registry],
    });
  return {
    accepted: counter('accepted_spans', 'Spans stored as streams'),
    rejected: counter('rejected_spans', 'Spans refused in a partial success', 'reason'),
    refused: counter('refused_requests', 'Requests refused as a whole', 'reason'),
    bytes: counter('received_bytes', 'Bytes of bodies that were taken, as they were sent'),
  };
}

function unusedAs(label: string): Counts {
  const nothing = { accepted: 0, duplicates: 0, bytes: 0, lastSeenAtMs: 0 };
  return { ...nothing, label, rejected: new Map(), refused: new Map() };
}

function volumeOf({ accepted, duplicates, rejected, refused, bytes, lastSeenAtMs }: Counts): KeyVolume {
  return {
    acceptedSpans: accepted,
    duplicateSpans: duplicates,
    rejectedSpans: Array.from(rejected, ([reason, spans]) => ({ reason, spans })),
    refusedRequests: Array.from(refused, ([reason, requests]) => ({ reason, requests })),
    receivedBytes: bytes,
    lastSeenAt: lastSeenAtMs === 0 ? null : new Date(lastSeenAtMs).toISOString(),
  };
}
