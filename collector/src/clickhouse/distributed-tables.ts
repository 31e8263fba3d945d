import type { ClickHouseClient } from '@clickhouse/client';
import { type Cluster, quoted, shardDatabase } from './tables.ts';

interface LocalTable {
  readonly name: string;
  readonly sortingKey: string;
  /** As `name type`, in order. */
  readonly columnTypes: readonly string[];
}

export interface PublishOptions {
  /** Has no or any database selected. */
  readonly client: ClickHouseClient;
  readonly cluster: Cluster;
  /** After the name of what is created: `ON CLUSTER …`, or nothing where each server is told by itself. */
  readonly onCluster: string;
}

/**
 * Puts one Distributed table before each table of the shards, under the same name, and renews those whose columns
 * changed. They hold no rows, so replacing one loses nothing. Migrations therefore know nothing of shards, and neither
 * do questions.
 *
 * @returns names of the tables that were created or renewed
 */
export async function publishTables(options: PublishOptions): Promise<string[]> {
  const { client, cluster, onCluster } = options;
  const shard = shardDatabase(cluster.database);
  const [local, published] = [await tablesIn(client, shard), await tablesIn(client, cluster.database)];
  const columnsOf = new Map(published.map(({ name, columnTypes }) => [name, columnTypes.join()]));
  const changed = local.filter(({ name, columnTypes }) => columnsOf.get(name) !== columnTypes.join());
  for (const table of changed) {
    const name = quoted(table.name);
    await client.command({
      query: `CREATE OR REPLACE TABLE ${quoted(cluster.database)}.${name} ${onCluster}
              AS ${quoted(shard)}.${name}
              ENGINE = Distributed(${quoted(cluster.name)}, ${quoted(shard)}, ${name}, ${shardingKey(table)})`,
    });
  }
  return changed.map(({ name }) => name);
}

/**
 * Spans of one trace meet on a shard, because they are joined. The rows of a slot of time do, because they are written by
 * one insert, which is all there or not at all. Versions of one row must, because the newest wins.
 */
function shardingKey({ columnTypes, sortingKey }: LocalTable): string {
  const has = (column: string) => columnTypes.some((type) => type.startsWith(`${column} `));
  if (has('trace_id')) return 'xxHash64(trace_id)';
  if (has('slot')) return 'xxHash64(project, slot)';
  return sortingKey === '' ? 'rand()' : `xxHash64(${sortingKey})`;
}

async function tablesIn(client: ClickHouseClient, database: string): Promise<LocalTable[]> {
  const answer = await client.query({
    query: `SELECT name, any(sorting_key) AS sortingKey,
              arrayMap(pair -> pair.2, arraySort(groupArray((c.position, concat(c.name, ' ', c.type))))) AS columnTypes
            FROM system.tables AS t
            INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
            WHERE t.database = {database:String} AND (engine LIKE '%MergeTree' OR engine = 'Distributed')
              AND name NOT LIKE '.inner%'
            GROUP BY t.name AS name
            ORDER BY name`,
    query_params: { database },
    format: 'JSONEachRow',
  });
  return answer.json<LocalTable>();
}
