import { streamColumns } from '@weir/schemas/stream-record';
import { emptyRow } from '../clickhouse/empty-row.ts';
import type { StreamValue } from '../clickhouse/native-block.ts';

/** A stream that had not ended, as the table `open_reports` holds it. */
export interface OpenReport {
  readonly project: string;
  /** Of the stream, in hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** Unix milliseconds. */
  readonly reportedAtMs: number;
  readonly nextReportSeconds: number;
  /** The row that the stream has if it is lost. */
  readonly row: readonly StreamValue[];
}

/** A stream is lost when this many reports in a row are missing: one may be late, and one more may be on its way. */
const MISSING_REPORTS = 3;
const LEAST_PATIENCE_MS = 1_000;
const MOST_PATIENCE_MS = 3_600_000;

/** @returns a line of `JSONEachRow`. */
export function openReportLine(report: OpenReport): string {
  const { project, traceId, spanId, reportedAtMs, nextReportSeconds, row } = report;
  const promisedMs = MISSING_REPORTS * nextReportSeconds * 1_000;
  const patienceMs = Math.min(Math.max(promisedMs, LEAST_PATIENCE_MS), MOST_PATIENCE_MS);
  const line = {
    project,
    trace_id: traceId,
    span_id: spanId,
    reported_at: new Date(reportedAtMs).toISOString(),
    lost_at: new Date(reportedAtMs + patienceMs).toISOString(),
    fields: JSON.stringify(knownFields(row)),
  };
  return `${JSON.stringify(line)}\n`;
}

/** What is not the empty value of its kind, by field: columns may be added until it is read. */
function knownFields(row: readonly StreamValue[]): Readonly<Record<string, StreamValue>> {
  const known = streamColumns.flatMap(({ field }, index) => {
    const value = row[index];
    return value === undefined || value === emptyRow[index] ? [] : [[field, value] as const];
  });
  return Object.fromEntries(known);
}

/** @returns the row that `fields` of a report was made from. */
export function rowOfFields(fields: string): readonly StreamValue[] {
  const known = JSON.parse(fields) as Readonly<Record<string, StreamValue>>;
  return streamColumns.map(({ field }, index) => known[field] ?? (emptyRow[index] as StreamValue));
}
