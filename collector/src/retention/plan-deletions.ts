import type { RetentionDays } from '@weir/schemas/api';

export const DAY_MS = 86_400_000;

/** Rows of one project in one partition of one table. */
export interface StoredRows {
  readonly table: string;
  readonly kind: 'raw' | 'rollup';
  readonly partitionId: string;
  readonly project: string;
  readonly rows: number;
  /** Unix milliseconds. */
  readonly newestMs: number;
}

/** Dropping a partition rewrites nothing. */
export interface PartitionDeletion {
  readonly status: 'partition';
  readonly table: string;
  readonly partitionId: string;
  readonly rows: number;
}

/** Deleting the rows of some projects rewrites the parts of the partition once. */
export interface ProjectsDeletion {
  readonly status: 'projects';
  readonly table: string;
  readonly partitionId: string;
  readonly projects: readonly string[];
  readonly rows: number;
}

/**
 * Decides what is to be deleted. A project's rows leave a partition when the newest of them has expired: so each
 * partition is rewritten at most once for each length of time that somebody chose, and never row by row.
 *
 * @param stored all projects of each partition
 * @param nowMs Unix milliseconds
 */
export function planDeletions(
  stored: readonly StoredRows[],
  daysOf: (project: string) => RetentionDays,
  nowMs: number,
): (PartitionDeletion | ProjectsDeletion)[] {
  const partitions = Map.groupBy(stored, ({ table, partitionId }) => `${table}/${partitionId}`);
  return [...partitions.values()].flatMap((groups): (PartitionDeletion | ProjectsDeletion)[] => {
    const [first] = groups;
    const expired = groups.filter((group) => isExpired(group, daysOf, nowMs));
    if (first === undefined || expired.length === 0) return [];
    const { table, partitionId } = first;
    const rows = expired.reduce((sum, group) => sum + group.rows, 0);
    if (expired.length === groups.length) return [{ status: 'partition', table, partitionId, rows }];
    const projects = expired.map(({ project }) => project);
    return [{ status: 'projects', table, partitionId, projects, rows }];
  });
}

function isExpired(
  { kind, project, newestMs }: StoredRows,
  daysOf: (project: string) => RetentionDays,
  nowMs: number,
): boolean {
  const { rawDays, rollupDays } = daysOf(project);
  return newestMs < nowMs - DAY_MS * (kind === 'raw' ? rawDays : rollupDays);
}
