import type { ClickHouseClient } from '@clickhouse/client';

/** Shards of the cluster, and the numbers (from 1) of those that do not answer. */
export interface ShardStatus {
  readonly shards: number;
  readonly missing: readonly number[];
}

/**
 * Which shards answer now, asked anew each time. ClickHouse does not say which it left out of an answer, so whoever asked
 * a question finds out by asking this right before and right after: a shard that was missing at either time may be
 * missing from the answer.
 *
 * @param client answers without the shards that are gone; throws while ClickHouse is not ready
 */
export function createShardCheck(
  client: () => ClickHouseClient,
  cluster: string,
): () => Promise<ShardStatus> {
  return () => askShards(client(), cluster);
}

async function askShards(client: ClickHouseClient, cluster: string): Promise<ShardStatus> {
  const answer = await client.query({
    query: `SELECT
              (SELECT max(shard_num) FROM system.clusters WHERE cluster = {cluster:String}) AS shards,
              (SELECT groupUniqArray(_shard_num) FROM cluster({cluster:String}, system.one)) AS answering`,
    query_params: { cluster },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ shards: number; answering: number[] }>();
  const { shards, answering } = row ?? { shards: 0, answering: [] };
  const numbers = Array.from({ length: shards }, (_, index) => index + 1);
  return { shards, missing: numbers.filter((number) => !answering.includes(number)) };
}
