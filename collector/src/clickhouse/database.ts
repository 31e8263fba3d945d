import type { ClickHouseClient } from '@clickhouse/client';
import { CollectorError } from '../errors.ts';
import type { Engine } from './engine.ts';

/** ClickHouse as routes and the alert loop see it. */
export interface Database {
  /**
   * The client, with the database selected. Ask for it for each query.
   *
   * @throws CollectorError `clickhouse-unavailable` while ClickHouse is not ready; a route lets it pass
   */
  client(): ClickHouseClient;
  /** Whether `client()` answers now. */
  readonly ready: boolean;
}

/**
 * @param isMigrated false until the tables are there
 * @param clientOf which of its clients; default the one that fails when a shard of a cluster is gone
 */
export function databaseOf(
  engine: () => Engine | undefined,
  isMigrated: () => boolean,
  clientOf: (engine: Engine) => ClickHouseClient = (ready) => ready.client(),
): Database {
  const readyEngine = () => {
    const current = engine();
    return current?.status === 'ready' && isMigrated() ? current : undefined;
  };
  return {
    client() {
      const current = readyEngine();
      if (current !== undefined) return clientOf(current);
      throw new CollectorError(
        'clickhouse-unavailable',
        'ClickHouse is starting or restarting. Ask again in a few seconds.',
      );
    },
    get ready() {
      return readyEngine() !== undefined;
    },
  };
}
