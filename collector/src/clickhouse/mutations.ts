import { quoted, type Tables } from './tables.ts';

export type RewriteResult =
  | { readonly status: 'done' }
  /** ClickHouse goes on trying by itself, or nobody waited for it any longer. */
  | { readonly status: 'unfinished'; readonly reason: string };

export interface RewriteWait {
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Rows to delete: `condition` is SQL from this program, with typed `{name:Type}` for the values beside it. */
export interface RowsToDelete {
  /** Only those in this partition. */
  readonly partitionId?: string;
  readonly condition: string;
}

export interface Rewrite {
  readonly table: string;
  readonly deletions: readonly RowsToDelete[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** A rewrite of a day of a hundred million streams a month took seconds; this is for disks that crawl. */
const LONGEST_WAIT_MS = 3_600_000;
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1_000;

/**
 * Deletes rows by writing the parts that hold them anew, without them, and waits until that is done. Parts without such
 * rows stay as they are. ClickHouse does it in the background, next to merges, and keeps the old files for some minutes.
 *
 * All deletions are one rewrite: each rewrite gives every part of the table a new name.
 */
export async function deleteRows(
  tables: Tables,
  { table, deletions, values }: Rewrite,
  wait: RewriteWait,
): Promise<RewriteResult> {
  const commands = deletions.map(({ partitionId, condition }) => {
    const within = partitionId === undefined ? '' : `IN PARTITION ID ${literal(partitionId)}`;
    return `DELETE ${within} WHERE ${condition}`;
  });
  await tables.client().command({
    query: `ALTER TABLE ${quoted(table)} ${tables.onCluster} ${commands.join(', ')}`,
    query_params: { ...values },
    clickhouse_settings: { mutations_sync: '0' },
  });
  return rewritten(tables, table, wait);
}

/** Waits until nothing rewrites the table any more. */
async function rewritten(tables: Tables, table: string, wait: RewriteWait): Promise<RewriteResult> {
  let pollMs = FIRST_POLL_MS;
  for (let waitedMs = 0; waitedMs < LONGEST_WAIT_MS; waitedMs += pollMs) {
    const pending = await pendingRewrites(tables, table);
    if (pending.count === 0) return { status: 'done' };
    if (pending.failure !== '') return { status: 'unfinished', reason: pending.failure };
    if (wait.signal.aborted) return { status: 'unfinished', reason: 'Weir is stopping' };
    await wait.delay(pollMs, wait.signal);
    pollMs = Math.min(LONGEST_POLL_MS, 2 * pollMs);
  }
  return { status: 'unfinished', reason: `it takes longer than ${LONGEST_WAIT_MS / 60_000} minutes` };
}

/** Rewrites of a table under way, and why the latest attempt at one failed; '' if none did. */
export async function pendingRewrites(
  { client, system }: Tables,
  table: string,
): Promise<{ readonly count: number; readonly failure: string }> {
  const answer = await client().query({
    query: `SELECT toUInt32(count()) AS count, anyIf(latest_fail_reason, latest_fail_reason != '') AS failure
            FROM ${system('mutations')}
            WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done AND NOT is_killed`,
    query_params: { table },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ count: number; failure: string }>();
  return row ?? { count: 0, failure: '' };
}

/** Removes a partition and all that is in it at once. */
export async function dropPartition(tables: Tables, table: string, partitionId: string): Promise<void> {
  await tables.client().command({
    query: `ALTER TABLE ${quoted(table)} ${tables.onCluster} DROP PARTITION ID ${literal(partitionId)}`,
  });
}

/** Ids of partitions are text that ClickHouse makes; it takes them in statements as literals alone. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
