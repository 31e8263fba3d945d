import type { Breakdown, Percentiles, StreamPage, Timeseries } from '@weir/schemas/api';
import { type CsvValue, toCsv } from './csv.ts';

/** One line for each value. */
export function breakdownCsv(answer: Breakdown): string {
  const columns = [
    answer.by,
    ...['streams', 'completed', 'limited', 'failed', 'lost', 'aborted', 'frustrated', 'unknown'],
    ...['failureRate', 'failureRateLow', 'failureRateHigh'],
    ...percentileColumns('ttft', 'maxGap'),
    ...['previousStreams', 'previousFailed', 'previousFailureRate'],
  ];
  const rows = answer.rows.map((row): CsvValue[] => [
    row.key,
    ...[row.streams, row.completed, row.limited, row.failed, row.lost, row.aborted, row.frustrated],
    ...[row.unknown, row.failureRate],
    ...[row.failureRateInterval?.low ?? null, row.failureRateInterval?.high ?? null],
    ...percentileCells(row.ttftSeconds, row.maxGapSeconds),
    ...[row.previous.streams, row.previous.failed, row.previous.failureRate],
  ]);
  return toCsv(columns, rows);
}

/** One line for each bucket of each series. */
export function timeseriesCsv(answer: Timeseries): string {
  const columns = [
    ...['at', answer.by ?? 'series', 'streams', 'failed', 'aborted', 'limited', 'failureRate'],
    ...percentileColumns('ttft', 'maxGap'),
  ];
  const rows = answer.series.flatMap(({ key, points }) =>
    points.map((point, index): CsvValue[] => [
      ...[answer.buckets[index] ?? '', key, point.streams, point.failed, point.aborted, point.limited],
      point.failureRate,
      ...percentileCells(point.ttftSeconds, point.maxGapSeconds),
    ]),
  );
  return toCsv(columns, rows);
}

const streamColumns = [
  ...(['endedAt', 'traceId', 'spanId', 'provider', 'model', 'outcome', 'reason', 'stage'] as const),
  ...(['initiator', 'attachmentClass', 'networkType', 'service', 'vantage', 'ttftSeconds'] as const),
  ...(['durationSeconds', 'maxGapSeconds', 'chunks', 'outputTokens', 'attempt'] as const),
];

/** One line for each stream of the page. */
export function streamsCsv(answer: StreamPage): string {
  return toCsv(
    streamColumns,
    answer.rows.map((row) => streamColumns.map((column) => row[column])),
  );
}

function percentileColumns(...measures: readonly string[]): string[] {
  return measures.flatMap((measure) => ['P50', 'P95', 'P99'].map((rank) => `${measure}${rank}Seconds`));
}

function percentileCells(...measures: readonly Percentiles[]): CsvValue[] {
  return measures.flatMap(({ p50, p95, p99 }) => [p50, p95, p99]);
}
