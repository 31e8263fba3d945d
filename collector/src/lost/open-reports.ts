import { type AskOptions, ask, type Database } from '../query/ask.ts';
import { bound, sql } from '../query/sql.ts';

interface StreamIds {
  readonly project: string;
  readonly traceId: string;
  readonly spanId: string;
}

/** A stream whose next report is overdue. */
export interface DueStream extends StreamIds {
  /** When it is lost, Unix milliseconds. */
  readonly lostAtMs: number;
  /** `fields` of that report. */
  readonly fields: string;
}

export interface DueRange {
  readonly fromMs: number;
  readonly upToMs: number;
  /** No stream is lost sooner after this than after a report. */
  readonly receivingSinceMs: number;
  /** Whose reports are looked at; those of others only when they have not been for long. */
  readonly collector: string;
}

/** The table `open_reports`. */
export interface OpenReports {
  /** Streams whose last report was due within the range, its end included. */
  due(range: DueRange): Promise<readonly DueStream[]>;
  /** @returns keys of those that have a row. */
  stored(streams: readonly DueStream[]): Promise<ReadonlySet<string>>;
}

/** Twice the open streams that one process reports. */
export const maxDue = 20_000;

/** A collector that restarts, or whose ClickHouse was away, is back by then; one that is not leaves its streams. */
const TAKE_OVER_MS = 900_000;
/** Span ids of one question: a parameter may not be longer than 128 KiB. */
const MAX_IDS = 5_000;

const limits: AskOptions['limits'] = {
  seconds: 60,
  memoryBytes: 1_000_000_000,
  rowsRead: 10_000_000_000,
  resultRows: 2 * maxDue,
};

export function openReportsIn(database: Database): OpenReports {
  return {
    due: ({ fromMs, upToMs, receivingSinceMs, collector }) =>
      ask<DueStream>(
        database,
        sql`
          SELECT
            project, trace_id AS traceId, span_id AS spanId,
            argMax(fields, reported_at) AS fields,
            toUnixTimestamp64Milli(max(reported_at)) AS reportedAtMs,
            toUnixTimestamp64Milli(max(lost_at)) AS dueAtMs,
            greatest(dueAtMs, ${bound('Int64', receivingSinceMs)} + dueAtMs - reportedAtMs)
              + if(argMax(collector, reported_at) = ${bound('String', collector)}, 0, ${bound('Int64', TAKE_OVER_MS)})
              AS lostAtMs
          FROM open_reports
          WHERE lost_at >= fromUnixTimestamp64Milli(${bound('Int64', fromMs - TAKE_OVER_MS)})
          GROUP BY project, trace_id, span_id
          HAVING lostAtMs >= ${bound('Int64', fromMs)} AND lostAtMs <= ${bound('Int64', upToMs)}
          ORDER BY lostAtMs
          LIMIT ${bound('UInt32', maxDue)}`,
        { limits },
      ),
    async stored(streams) {
      const found = new Set<string>();
      for (let at = 0; at < streams.length; at += MAX_IDS) {
        for (const row of await storedAmong(database, streams.slice(at, at + MAX_IDS))) found.add(keyOf(row));
      }
      return found;
    },
  };
}

function storedAmong(database: Database, streams: readonly DueStream[]): Promise<StreamIds[]> {
  const startedMs = Math.min(...streams.map(startedAtMs));
  return ask<StreamIds>(
    database,
    sql`
      SELECT project, lower(hex(trace_id)) AS traceId, lower(hex(span_id)) AS spanId
      FROM streams
      WHERE ended_at >= fromUnixTimestamp64Milli(${bound('Int64', startedMs)})
        AND span_id IN (
          SELECT toFixedString(unhex(arrayJoin(splitByChar(',', ${bound('String', spanIds(streams))}))), 8)
        )`,
    { limits },
  );
}

export function keyOf({ project, traceId, spanId }: StreamIds): string {
  return `${spanId} ${traceId} ${project}`;
}

function spanIds(streams: readonly DueStream[]): string {
  return streams.map(({ spanId }) => spanId).join(',');
}

function startedAtMs({ fields }: DueStream): number {
  const { startedAt } = JSON.parse(fields) as { startedAt?: number };
  return startedAt ?? 0;
}
