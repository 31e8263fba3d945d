import type { MissingShards } from '@weir/schemas/api';

/** @returns what to say while shards do not answer; undefined when all do. */
export function describeMissingShards(cluster: MissingShards | undefined): string | undefined {
  if (cluster === undefined || cluster.missing.length === 0) return undefined;
  const { shards, missing } = cluster;
  const which = missing.length === 1 ? `Shard ${missing[0]}` : `Shards ${missing.join(', ')}`;
  const [verb, whose] = missing.length === 1 ? ['does', 'its'] : ['do', 'their'];
  return `${which} of ${shards} of ClickHouse ${verb} not answer: ${whose} streams are missing from everything here, and new ones wait on disk.`;
}
