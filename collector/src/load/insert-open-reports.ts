import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient } from '@clickhouse/client';
import type { SpoolRecord } from '../spool/record.ts';
import type { InsertResult } from './insert-streams.ts';

/** Brings reports of open streams to ClickHouse. A report that is there twice is one report. */
export type InsertOpenReports = (
  records: readonly Pick<SpoolRecord, 'block'>[],
  signal?: AbortSignal,
) => Promise<InsertResult>;

const INSERT_TIMEOUT_MS = 30_000;

const columns = 'project, trace_id, span_id, reported_at, lost_at, fields';
const insertSql = `INSERT INTO open_reports (${columns}, collector)
  SELECT ${columns}, {collector:String}
  FROM input('project String, trace_id String, span_id String, reported_at DateTime64(3, \\'UTC\\'), lost_at DateTime64(3, \\'UTC\\'), fields String')
  FORMAT JSONEachRow`;

/** @param collector names the one that took them; the same after a restart. */
export function insertOpenReportsWith(client: () => ClickHouseClient, collector: string): InsertOpenReports {
  return async (records, signal) => {
    const timeout = AbortSignal.timeout(INSERT_TIMEOUT_MS);
    try {
      const result = await client().exec({
        query: insertSql,
        query_params: { collector },
        values: Readable.from(
          records.map(({ block }) => block),
          { objectMode: false },
        ),
        clickhouse_settings: {
          async_insert: 0,
          date_time_input_format: 'best_effort',
          // A line that cannot be read must not keep back the streams that came with it.
          input_format_allow_errors_ratio: 1,
        },
        abort_signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      await text(result.stream as Readable);
      return { status: 'stored' };
    } catch (error) {
      return { status: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
