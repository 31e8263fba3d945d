/**
 * The questions of the API answered over an array in memory, as plainly as the definitions read. The integration tests
 * hold ClickHouse's answers against these.
 */
import type { Percentiles } from '@weir/schemas/api';
import { dimensions, isDimension, type StreamRecord } from '@weir/schemas/stream-record';

export interface ReferenceScope {
  readonly project: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** `dimension:value` or `!dimension:value`. */
  readonly filters: readonly string[];
}

/** The value that panels show for a stream. */
export function dimensionValueOf(record: StreamRecord, dimension: string): string {
  if (!isDimension(dimension)) {
    return record.customDimensions[dimension.slice('dimension.'.length)] || 'unknown';
  }
  const value = record[dimensions[dimension]];
  if (value === null) return 'unknown';
  return value === '' ? 'none' : String(value);
}

export function streamsIn(records: readonly StreamRecord[], scope: ReferenceScope): StreamRecord[] {
  const wanted = scope.filters.filter((filter) => !filter.startsWith('!')).map(split);
  const unwanted = scope.filters
    .filter((filter) => filter.startsWith('!'))
    .map((text) => split(text.slice(1)));
  return records.filter(
    (record) =>
      record.project === scope.project &&
      record.endedAt >= scope.fromMs &&
      record.endedAt < scope.toMs &&
      wanted.every(([dimension]) =>
        wanted.some(([other, value]) => other === dimension && dimensionValueOf(record, dimension) === value),
      ) &&
      unwanted.every(([dimension, value]) => dimensionValueOf(record, dimension) !== value),
  );
}

function split(filter: string): [string, string] {
  const colon = filter.indexOf(':');
  return [filter.slice(0, colon), filter.slice(colon + 1)];
}

export function before(scope: ReferenceScope): ReferenceScope {
  return { ...scope, fromMs: 2 * scope.fromMs - scope.toMs, toMs: scope.fromMs };
}

export function weightOf(records: readonly StreamRecord[]): number {
  return records.reduce((sum, record) => sum + record.sampleWeight, 0);
}

export const isFailed = ({ outcome }: StreamRecord): boolean => outcome === 'failed' || outcome === 'lost';
export const isAborted = ({ outcome }: StreamRecord): boolean => outcome === 'aborted';

export function failureRate(records: readonly StreamRecord[]): number | null {
  const counted = records.filter((record) => !isAborted(record));
  return counted.length === 0 ? null : weightOf(counted.filter(isFailed)) / weightOf(counted);
}

/** The smallest value that at least this share of the weight does not exceed. */
export function percentilesOf(
  records: readonly StreamRecord[],
  field: 'ttftSeconds' | 'maxGapSeconds' | 'durationSeconds',
): Percentiles {
  const sorted = records
    .flatMap((record) => {
      const value = record[field];
      return value === null ? [] : [{ value, weight: record.sampleWeight }];
    })
    .toSorted((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const at = (share: number) => {
    let seen = 0;
    for (const { value, weight } of sorted) {
      seen += weight;
      if (seen >= share * total) return value;
    }
    return null;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function figuresOf(records: readonly StreamRecord[]) {
  const having = (outcome: string) => weightOf(records.filter((record) => record.outcome === outcome));
  const frustrated = records.filter(
    (record) => isAborted(record) && (record.stallAtEnd === true || record.chunks === 0),
  );
  return {
    streams: weightOf(records),
    completed: having('completed'),
    limited: having('limited'),
    failed: having('failed') + having('lost'),
    lost: having('lost'),
    aborted: having('aborted'),
    frustrated: weightOf(frustrated),
    unknown: having('unknown'),
    failureRate: failureRate(records),
  };
}

export function requestsOf(records: readonly StreamRecord[]) {
  const deciding = [...grouped(records, (record) => record.requestId || record.spanId).values()].map(
    (attempts) => {
      const final = attempts.filter((attempt) => attempt.finalAttempt === true);
      const candidates = final.length > 0 ? final : attempts;
      const lastAt = Math.max(...candidates.map((attempt) => attempt.endedAt));
      const last = candidates.filter((attempt) => attempt.endedAt === lastAt);
      const weight = Math.max(...attempts.map((attempt) => attempt.sampleWeight));
      return { weight, failed: last.some(isFailed), aborted: last.some(isAborted) };
    },
  );
  const weigh = (requests: typeof deciding) => requests.reduce((sum, { weight }) => sum + weight, 0);
  const requests = weigh(deciding);
  const failedRequests = weigh(deciding.filter(({ failed }) => failed));
  const aborted = weigh(deciding.filter((request) => request.aborted && !request.failed));
  return {
    requests,
    failedRequests,
    userVisibleFailureRate: requests > aborted ? failedRequests / (requests - aborted) : null,
  };
}

export function usersOf(records: readonly StreamRecord[]) {
  const users = (of: readonly StreamRecord[]) =>
    new Set(of.map(({ userHash }) => userHash).filter((user) => user !== '')).size;
  return { users: users(records), affectedUsers: users(records.filter(isFailed)) };
}

export function grouped(
  records: readonly StreamRecord[],
  keyOf: (record: StreamRecord) => string,
): Map<string, StreamRecord[]> {
  return Map.groupBy(records, keyOf);
}

/** Values of a dimension, most of the given measure first. */
export function rankedBy(
  groups: ReadonlyMap<string, readonly StreamRecord[]>,
  sort: 'streams' | 'failed' | 'failureRate',
): string[] {
  const measures = [...groups].map(([key, records]) => ({ key, ...figuresOf(records) }));
  return measures
    .toSorted((a, b) => (b[sort] ?? -1) - (a[sort] ?? -1) || b.streams - a.streams || byBytes(a.key, b.key))
    .map(({ key }) => key);
}

/** ClickHouse orders strings by their bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Weighted gaps by bucket. */
export function gapCounts(records: readonly StreamRecord[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { gapHistogram, sampleWeight } of records) {
    for (let index = 0; index + 1 < gapHistogram.length; index += 2) {
      const bucket = gapHistogram[index] ?? 0;
      counts.set(bucket, (counts.get(bucket) ?? 0) + (gapHistogram[index + 1] ?? 0) * sampleWeight);
    }
  }
  return counts;
}
