import { createHash } from 'node:crypto';
import type { DeletionSubject } from '@weir/schemas/api';
import { columnName, type StreamField } from '@weir/schemas/stream-record';
import type { RowsToDelete } from '../clickhouse/mutations.ts';
import type { Tables } from '../clickhouse/tables.ts';
import { bound, column, rendered, sql } from '../query/sql.ts';
import { hashOfId } from '../query/stream-ids.ts';

/** Whose rows, and where. */
export interface Subject {
  readonly project: string;
  readonly subject: DeletionSubject;
  readonly id: string;
}

const fieldOf: Readonly<Record<DeletionSubject, StreamField>> = {
  user: 'userHash',
  session: 'sessionId',
  conversation: 'conversationId',
};

/** A table that has rows about single users. */
export interface PersonalTable {
  readonly name: string;
  /** What a row has: a column for each field, or all fields as JSON in one. */
  readonly kind: 'columns' | 'json';
}

/** Found by what they are, so that a table that a later migration adds is not forgotten. */
export async function personalTables({ client }: Tables): Promise<PersonalTable[]> {
  const answer = await client().query({
    query: `SELECT table AS tableName, countIf(name = {column:String}) > 0 AS hasColumn
            FROM system.columns
            WHERE database = currentDatabase() AND name IN (['project', {column:String}, 'fields'])
              AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')
            GROUP BY table HAVING count() >= 2 AND countIf(name = 'project') = 1 ORDER BY tableName`,
    query_params: { column: columnName('userHash') },
    format: 'JSONEachRow',
  });
  const found = await answer.json<{ tableName: string; hasColumn: 0 | 1 | boolean }>();
  return found.map(({ tableName, hasColumn }) => ({ name: tableName, kind: hasColumn ? 'columns' : 'json' }));
}

/**
 * A condition for each subject, and the values it is bound to. ClickHouse writes conditions of rewrites to disk and keeps
 * them, and may log questions: so it is never told the id, only what that hashes to.
 */
export function subjectRows(
  subjects: readonly Subject[],
  kind: PersonalTable['kind'],
): { readonly deletions: RowsToDelete[]; readonly values: Record<string, string> } {
  const values: Record<string, string> = {};
  const deletions = subjects.map(({ project, subject, id }, index) => {
    const field = fieldOf[subject];
    values[`project${index}`] = project;
    values[`hash${index}`] = hashed(id);
    const value = kind === 'columns' ? columnName(field) : `JSONExtractString(fields, '${field}')`;
    const condition = `project = {project${index}:String} AND SHA256(${value}) = unhex({hash${index}:String})`;
    return { condition };
  });
  return { deletions, values };
}

/**
 * What `stream_ids` has of the ids themselves. Found by the streams that have them, so before those are deleted. The other
 * ids of those streams may be those of streams of others as well; what is left of them leads nowhere.
 */
export async function subjectIdRows(
  tables: Tables,
  subjects: readonly Subject[],
): Promise<{ readonly deletions: RowsToDelete[]; readonly values: Record<string, string | number> }> {
  const values: Record<string, string | number> = {};
  const deletions: RowsToDelete[] = [];
  for (const subject of subjects) {
    const id = column(fieldOf[subject.subject]);
    const question = sql`
      SELECT ${hashOfId(id)} AS hash FROM ${{ parts: [tables.rowsOf('streams')] }}
      WHERE project = ${bound('String', subject.project)} AND SHA256(${id}) = unhex(${bound('String', hashed(subject.id))})
      LIMIT 1`;
    const answer = await tables.client().query({
      ...rendered(question),
      format: 'JSONEachRow',
      clickhouse_settings: { max_execution_time: COUNT_SECONDS, priority: '10' },
    });
    const [row] = await answer.json<{ hash: number }>();
    if (row === undefined) continue;
    const place = deletions.length;
    values[`project${place}`] = subject.project;
    values[`id${place}`] = row.hash;
    deletions.push({ condition: `project = {project${place}:String} AND id = {id${place}:UInt32}` });
  }
  return { deletions, values };
}

function hashed(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** Hashing every id of a hundred million streams takes a minute. */
const COUNT_SECONDS = 110;

/** Rows of a subject that ClickHouse has, in all tables. */
export async function countSubjectRows(tables: Tables, subject: Subject): Promise<number> {
  let rows = 0;
  for (const { name, kind } of await personalTables(tables)) {
    const { deletions, values } = subjectRows([subject], kind);
    const [one] = deletions;
    if (one === undefined) continue;
    const answer = await tables.client().query({
      query: `SELECT toFloat64(count()) AS rows FROM ${tables.rowsOf(name)} WHERE ${one.condition}`,
      query_params: values,
      format: 'JSONEachRow',
      clickhouse_settings: { max_execution_time: COUNT_SECONDS, priority: '10' },
    });
    const [row] = await answer.json<{ rows: number }>();
    rows += row?.rows ?? 0;
  }
  return rows;
}
