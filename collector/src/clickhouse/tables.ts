import type { ClickHouseClient } from '@clickhouse/client';

/** Name of a cluster, and of the database that holds its tables on every server. */
export interface Cluster {
  readonly name: string;
  /** Its tables are what questions are asked of: each stands for those of the same name on all shards. */
  readonly database: string;
}

/**
 * The tables that hold rows, for those who change them or look at their parts.
 *
 * On one node they are what questions are asked of as well. On a cluster they are in a database of their own on every
 * server, and statements and questions have to say that they mean all servers.
 */
export interface Tables {
  /** The client, with their database selected. Throws while ClickHouse is not ready. */
  client(): ClickHouseClient;
  /** Stands after the name in a statement that changes a table. */
  readonly onCluster: string;
  /** What FROM has for the rows of a table on all shards, each row once. */
  rowsOf(table: string): string;
  /** What FROM has for a table of `system` on all servers. */
  system(table: string): string;
}

/** @param client has the database of the tables selected */
export function tablesOf(client: () => ClickHouseClient, cluster: Cluster | undefined): Tables {
  if (cluster === undefined) {
    return { client, onCluster: '', rowsOf: quoted, system: (table) => `system.${quoted(table)}` };
  }
  const name = quoted(cluster.name);
  const database = quoted(shardDatabase(cluster.database));
  return {
    client,
    onCluster: `ON CLUSTER ${name}`,
    rowsOf: (table) => `cluster(${name}, ${database}, ${quoted(table)})`,
    system: (table) => `clusterAllReplicas(${name}, system, ${quoted(table)})`,
  };
}

/** The database that holds the rows of a shard. */
export function shardDatabase(database: string): string {
  return `${database}_shard`;
}

/** An identifier, whatever characters it has. */
export function quoted(identifier: string): string {
  return `\`${identifier.replaceAll('\\', '\\\\').replaceAll('`', '``')}\``;
}
