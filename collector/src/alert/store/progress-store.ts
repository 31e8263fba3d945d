import type { Database } from '../../clickhouse/database.ts';
import { insertRows } from '../../clickhouse/insert-rows.ts';
import { ask } from '../../query/ask.ts';
import { sql } from '../../query/sql.ts';
import { initialProgress, RuleProgress } from '../rule-state.ts';
import { jsonColumn } from './rows.ts';

export interface StoredProgress {
  readonly ruleId: string;
  /** Grows with each evaluation. */
  readonly version: number;
  readonly progress: RuleProgress;
}

/** How far each rule has come, in the table `alert_rule_progress`. Written by the evaluation loop alone. */
export interface ProgressStore {
  all(): Promise<ReadonlyMap<string, StoredProgress>>;
  put(changes: readonly StoredProgress[]): Promise<void>;
}

const readProgress = jsonColumn(RuleProgress);

/** @param now for a rule whose stored progress this version does not understand: it starts afresh, in its incident */
export function createProgressStore(database: Database, now: () => number): ProgressStore {
  return {
    async all() {
      const rows = await ask<{ ruleId: string; version: number; progress: string }>(
        database,
        sql`SELECT rule_id AS ruleId, version, progress FROM alert_rule_progress FINAL`,
      );
      return new Map(
        rows.map(({ ruleId, version, progress }) => {
          const decoded = readProgress(progress);
          const value = decoded.status === 'decoded' ? decoded.value : initialProgress(now());
          return [ruleId, { ruleId, version, progress: value }];
        }),
      );
    },
    put(changes) {
      const rows = changes.map(({ ruleId, version, progress }) => ({
        rule_id: ruleId,
        version,
        status: progress.status,
        progress: JSON.stringify(progress),
      }));
      return insertRows(database, 'alert_rule_progress', rows);
    },
  };
}
