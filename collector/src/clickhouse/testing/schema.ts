import type { ClickHouseClient } from '@clickhouse/client';

/**
 * What a database consists of: the statement that would create each of its tables, in order of their names, without the
 * name of the database.
 */
export async function schemaOf(client: ClickHouseClient): Promise<string> {
  const answer = await client.query({
    query: `SELECT replaceAll(formatQuery(create_table_query), concat(currentDatabase(), '.'), '') AS statement
            FROM system.tables WHERE database = currentDatabase() AND NOT is_temporary ORDER BY name`,
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ statement: string }>();
  return rows.map(({ statement }) => `${statement};\n`).join('\n');
}
