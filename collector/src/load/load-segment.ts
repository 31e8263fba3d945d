import type { SpoolRecord } from '../spool/record.ts';
import type { InsertOpenReports } from './insert-open-reports.ts';
import type { InsertStreams } from './insert-streams.ts';
import type { CountStoredRows } from './stored-rows.ts';

export interface LoadSegmentOptions {
  readonly insert: InsertStreams;
  /** Absent: there are none. */
  readonly insertOpenReports?: InsertOpenReports;
  /** Absent: ClickHouse's tokens alone are relied on. */
  readonly countStoredRows?: CountStoredRows;
}

export interface SegmentToLoad {
  /** Its name. */
  readonly segment: string;
  readonly records: readonly SpoolRecord[];
  /**
   * What is known of earlier inserts. `none`: there was none. `maybe`: one may have been stored. `power_cut`: so, and
   * the machine has started anew since, so ClickHouse may have rows whose token it forgot.
   */
  readonly earlier: 'none' | 'maybe' | 'power_cut';
}

export type LoadResult =
  | { readonly status: 'loaded' }
  /** It may be stored in part; loading it again, as `maybe`, settles that. */
  | { readonly status: 'unavailable'; readonly reason: string }
  /** ClickHouse will never take it. */
  | { readonly status: 'refused'; readonly reason: string };

/** ClickHouse loses a token only when it is killed, so more rounds than this are a bug. */
const MAX_ROUNDS = 8;

/**
 * Brings the rows of a segment into ClickHouse exactly once.
 *
 * The token makes ClickHouse ignore a repeated insert, in the table and in what views feed. But ClickHouse writes the
 * token down before it names the part that holds the rows (seen with strace on 26.7): killed between the two, it would
 * take every repetition for one that it has. So after an insert that may be a repetition its rows are counted, and a day
 * that is missing (a day's rows are one part: all there, or none) is inserted under another token.
 */
export async function loadSegment(
  load: SegmentToLoad,
  options: LoadSegmentOptions,
  signal?: AbortSignal,
): Promise<LoadResult> {
  const reports = load.records.filter(({ rows, block }) => rows === 0 && block.length > 0);
  const reported = reports.length === 0 ? undefined : await options.insertOpenReports?.(reports, signal);
  if (reported !== undefined && reported.status !== 'stored') return reported;
  const records = load.records.filter(({ rows }) => rows > 0);
  return loadStreams({ ...load, records }, options, signal);
}

async function loadStreams(
  { segment, records, earlier }: SegmentToLoad,
  { insert, countStoredRows }: LoadSegmentOptions,
  signal: AbortSignal | undefined,
): Promise<LoadResult> {
  const rows = records.reduce((sum, record) => sum + record.rows, 0);
  if (rows === 0) return { status: 'loaded' };
  try {
    let stored = earlier === 'power_cut' ? await countStoredRows?.(segment) : undefined;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      if (stored !== undefined && total(stored) >= rows) return { status: 'loaded' };
      const token = round === 0 ? segment : `${segment}/${round}`;
      const withoutDays = stored !== undefined && stored.size > 0 && { withoutDays: [...stored.keys()] };
      const result = await insert({ segment, records, token, ...withoutDays }, signal);
      if (result.status !== 'stored') return result;
      if (earlier === 'none' || countStoredRows === undefined) return { status: 'loaded' };
      stored = await countStoredRows(segment);
    }
    const missing = rows - total(stored ?? new Map());
    return missing <= 0
      ? { status: 'loaded' }
      : {
          status: 'unavailable',
          reason: `${missing} rows of ${segment} are not there after ${MAX_ROUNDS} inserts`,
        };
  } catch (error) {
    return { status: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
}

function total(stored: ReadonlyMap<string, number>): number {
  let rows = 0;
  for (const count of stored.values()) rows += count;
  return rows;
}
