import type { ClickHouseClient } from '@clickhouse/client';

/** Shards of the cluster, and the numbers (from 1) of those that do not answer. */
export interface ShardStatus {
  readonly shards: number;
  readonly missing: readonly number[];
}

export interface ShardCheckOptions {
  /** Answers without the shards that are gone. Throws while ClickHouse is not ready. */
  readonly client: () => ClickHouseClient;
  readonly cluster: string;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

/** So old an answer may be: each question asks before and after, and a dashboard asks a dozen questions at once. */
const MAX_AGE_MS = 500;

/**
 * Which shards answer now. ClickHouse does not say which it left out of an answer, so whoever asked a question finds out
 * by asking before and after: a shard that was missing at either time may be missing from the answer.
 */
export function createShardCheck({ client, cluster, now }: ShardCheckOptions): () => Promise<ShardStatus> {
  let latest: { readonly startedAt: number; readonly status: Promise<ShardStatus> } | undefined;
  return () => {
    if (latest === undefined || now() - latest.startedAt > MAX_AGE_MS) {
      latest = { startedAt: now(), status: askShards(client(), cluster) };
    }
    return latest.status;
  };
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
