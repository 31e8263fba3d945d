import type { RetentionDays } from '@weir/schemas/api';
import { deleteRows, dropPartition, pendingRewrites, type RewriteWait } from '../clickhouse/mutations.ts';
import type { Tables } from '../clickhouse/tables.ts';
import { type ProjectsDeletion, planDeletions } from './plan-deletions.ts';
import type { RetentionSettings } from './retention-settings.ts';
import { agedRows, keptTables } from './stored-rows.ts';

export interface RetentionRunOptions extends RewriteWait {
  readonly tables: Tables;
  readonly settings: Pick<RetentionSettings, 'defaults' | 'daysOf' | 'list'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
}

export interface RetentionRunResult {
  /** `more`: partitions are left that have to be rewritten. */
  readonly status: 'done' | 'more' | 'failed';
  readonly rowsDeleted: number;
  readonly partitionsDropped: number;
  readonly reason: string | null;
}

/** Partitions of a table that are rewritten in one run, all at once. Each is a day of streams. */
const MAX_REWRITES = 16;

/**
 * Deletes what every project keeps no longer, one table after the other.
 *
 * @throws when ClickHouse does not answer
 */
export async function runRetention(options: RetentionRunOptions): Promise<RetentionRunResult> {
  const { tables, settings, signal } = options;
  const nowMs = options.now();
  const total = { rowsDeleted: 0, partitionsDropped: 0 };
  let hasMore = false;
  for (const table of await keptTables(tables)) {
    const stored = await agedRows(tables, table, shortestOf(settings), nowMs);
    const planned = planDeletions(stored, settings.daysOf, nowMs);
    const partitions = planned.filter((deletion) => deletion.status === 'partition');
    for (const { partitionId, rows } of partitions) {
      if (signal.aborted) return { ...total, status: 'more', reason: null };
      await dropPartition(tables, table.name, partitionId);
      total.rowsDeleted += rows;
      total.partitionsDropped += 1;
    }
    const rewrites = planned.filter((deletion) => deletion.status === 'projects');
    const now = rewrites.slice(0, MAX_REWRITES);
    hasMore ||= now.length < rewrites.length;
    const failure = await deleteProjects(options, table.name, now);
    if (failure !== undefined) return { ...total, status: 'failed', reason: failure };
    total.rowsDeleted += now.reduce((sum, { rows }) => sum + rows, 0);
  }
  return { ...total, status: hasMore ? 'more' : 'done', reason: null };
}

/** @returns why it failed */
async function deleteProjects(
  options: RetentionRunOptions,
  table: string,
  rewrites: readonly ProjectsDeletion[],
): Promise<string | undefined> {
  if (rewrites.length === 0) return undefined;
  // A rewrite that cannot get on would only be followed by others that cannot.
  const { failure } = await pendingRewrites(options.tables, table);
  if (failure !== '') return failure;
  const deletions = rewrites.map(({ partitionId }, index) => ({
    partitionId,
    condition: `project IN {projects${index}:Array(String)}`,
  }));
  const values = Object.fromEntries(rewrites.map(({ projects }, index) => [`projects${index}`, projects]));
  const result = await deleteRows(options.tables, { table, deletions, values }, options);
  return result.status === 'done' ? undefined : result.reason;
}

function shortestOf({ defaults, list }: RetentionRunOptions['settings']): RetentionDays {
  const all = [defaults, ...list()];
  return {
    rawDays: Math.min(...all.map(({ rawDays }) => rawDays)),
    rollupDays: Math.min(...all.map(({ rollupDays }) => rollupDays)),
  };
}
