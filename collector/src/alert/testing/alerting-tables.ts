import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { clusterMacros, migrate } from '../../clickhouse/migrations.ts';
import { silentLogger, startTemporaryEngine } from '../../clickhouse/testing/temporary-engine.ts';

const MIGRATIONS = join(import.meta.dirname, '../../clickhouse/migrations');
const alertTables = ['alert_rules', 'alert_rule_progress', 'alert_incidents', 'alert_deliveries'];

export interface AlertingTables {
  readonly client: () => ClickHouseClient;
  /** Forgets rules, progress, incidents and deliveries. */
  clearAlerts(): Promise<void>;
  clearStreams(): Promise<void>;
  dispose(): Promise<void>;
}

/** A real ClickHouse with all tables, empty. */
export async function startAlertingTables(): Promise<AlertingTables> {
  const temporary = await startTemporaryEngine();
  const client = () => temporary.engine.client();
  const macros = clusterMacros(undefined);
  await migrate({ client: client(), directory: MIGRATIONS, macros, logger: silentLogger });
  const truncate = (table: string) => client().command({ query: `TRUNCATE TABLE ${table}` });
  return {
    client,
    async clearAlerts() {
      for (const table of alertTables) await truncate(table);
    },
    async clearStreams() {
      await truncate('streams');
    },
    dispose: () => temporary.dispose(),
  };
}
