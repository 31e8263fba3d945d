import { RuleInput } from '@weir/schemas/api';
import type { Database } from '../../clickhouse/database.ts';
import { ask } from '../../query/ask.ts';
import { bound, sql } from '../../query/sql.ts';
import { insertRows, isoTime, jsonColumn } from './rows.ts';

export interface StoredRule {
  readonly id: string;
  /** Grows with each change. */
  readonly version: number;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** With the addresses of its channels in full: mask them before they leave the process. */
  readonly definition: RuleInput;
}

export interface RuleListing {
  /** Oldest first. */
  readonly rules: readonly StoredRule[];
  /** Rules whose stored definition this version does not understand. */
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
}

export interface RuleStore {
  list(): Promise<RuleListing>;
  /** null when there is no such rule, or none that can be read. */
  get(id: string): Promise<StoredRule | null>;
  put(rule: StoredRule): Promise<void>;
  /** Keeps the id, and forgets everything else, secrets included. */
  remove(rule: StoredRule, at: number): Promise<void>;
  /** Whether there is or has been any rule. */
  hasEverHeldOne(): Promise<boolean>;
}

interface Row {
  id: string;
  version: number;
  definition: string;
  createdAt: number;
  updatedAt: number;
}

const selected = sql`
  SELECT id, version, definition,
    toUnixTimestamp64Milli(created_at) AS createdAt, toUnixTimestamp64Milli(updated_at) AS updatedAt
  FROM alert_rules FINAL
  WHERE NOT deleted`;

const readDefinition = jsonColumn(RuleInput);

/** Rules in the table `alert_rules`. */
export function createRuleStore(database: Database): RuleStore {
  return {
    async list() {
      return listingOf(await ask<Row>(database, sql`${selected} ORDER BY createdAt, id`));
    },
    async get(id) {
      const rows = await ask<Row>(database, sql`${selected} AND id = ${bound('String', id)}`);
      return listingOf(rows).rules[0] ?? null;
    },
    async put(rule) {
      const definition = JSON.stringify(rule.definition);
      await insertRows(database, 'alert_rules', [rowOf(rule, { deleted: false, definition })]);
    },
    async remove(rule, at) {
      const removed = { ...rule, version: rule.version + 1, updatedAt: at };
      await insertRows(database, 'alert_rules', [rowOf(removed, { deleted: true, definition: '' })]);
    },
    async hasEverHeldOne() {
      const [row] = await ask<{ rules: number }>(database, sql`SELECT count() AS rules FROM alert_rules`);
      return (row?.rules ?? 0) > 0;
    },
  };
}

function rowOf(rule: StoredRule, content: { deleted: boolean; definition: string }): Record<string, unknown> {
  return {
    id: rule.id,
    version: rule.version,
    ...content,
    created_at: isoTime(rule.createdAt),
    updated_at: isoTime(rule.updatedAt),
  };
}

function listingOf(rows: readonly Row[]): RuleListing {
  const rules: StoredRule[] = [];
  const unreadable: { id: string; reason: string }[] = [];
  for (const { definition, ...row } of rows) {
    const decoded = readDefinition(definition);
    if (decoded.status === 'decoded') rules.push({ ...row, definition: decoded.value });
    else unreadable.push({ id: row.id, reason: decoded.reason });
  }
  return { rules, unreadable };
}
