import { RuleInput } from '@weir/schemas/api';
import type { Database } from '../../clickhouse/database.ts';
import { insertRows, isoTime } from '../../clickhouse/insert-rows.ts';
import { ask } from '../../query/ask.ts';
import { bound, type Sql, sql } from '../../query/sql.ts';
import { jsonColumn } from './rows.ts';

/** What there is to know about a rule whatever its definition is. */
export interface RuleRecord {
  readonly id: string;
  /** Whose streams it watches. */
  readonly project: string;
  /** Grows with each change. */
  readonly version: number;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface StoredRule extends RuleRecord {
  /** With the addresses of its channels in full: mask them before they leave the process. */
  readonly definition: RuleInput;
}

/** A rule whose stored definition this version does not understand. */
export interface UnreadableRule extends RuleRecord {
  readonly reason: string;
}

/** Oldest first. */
export interface RuleListing {
  readonly rules: readonly StoredRule[];
  readonly unreadable: readonly UnreadableRule[];
}

export type FoundRule =
  | { readonly status: 'found'; readonly rule: StoredRule }
  | { readonly status: 'unreadable'; readonly rule: UnreadableRule }
  | { readonly status: 'missing' };

export interface RuleStore {
  /** @param project default: all of them */
  list(project?: string): Promise<RuleListing>;
  get(project: string, id: string): Promise<FoundRule>;
  put(rule: StoredRule): Promise<void>;
  /** Keeps the id, and forgets everything else, secrets included. */
  remove(rule: RuleRecord, at: number): Promise<void>;
  /** Whether there is or has been any rule of the project. */
  hasEverHeldOne(project: string): Promise<boolean>;
}

interface Row {
  id: string;
  project: string;
  version: number;
  definition: string;
  createdAt: number;
  updatedAt: number;
}

const selected = sql`
  SELECT id, project, version, definition,
    toUnixTimestamp64Milli(created_at) AS createdAt, toUnixTimestamp64Milli(updated_at) AS updatedAt
  FROM alert_rules FINAL
  WHERE NOT deleted`;

const readDefinition = jsonColumn(RuleInput);

/** Rules in the table `alert_rules`. */
export function createRuleStore(database: Database): RuleStore {
  return {
    async list(project) {
      const among = project === undefined ? sql`true` : ofProject(project);
      return listingOf(await ask<Row>(database, sql`${selected} AND ${among} ORDER BY createdAt, id`));
    },
    async get(project, id) {
      const condition = sql`${ofProject(project)} AND id = ${bound('String', id)}`;
      const rows = await ask<Row>(database, sql`${selected} AND ${condition}`);
      const { rules, unreadable } = listingOf(rows);
      const [rule] = rules;
      if (rule !== undefined) return { status: 'found', rule };
      const [unread] = unreadable;
      return unread === undefined ? { status: 'missing' } : { status: 'unreadable', rule: unread };
    },
    async put(rule) {
      const definition = JSON.stringify(rule.definition);
      await insertRows(database, 'alert_rules', [rowOf(rule, { deleted: false, definition })]);
    },
    async remove(rule, at) {
      const removed = { ...rule, version: rule.version + 1, updatedAt: at };
      await insertRows(database, 'alert_rules', [rowOf(removed, { deleted: true, definition: '' })]);
    },
    async hasEverHeldOne(project) {
      const question = sql`SELECT count() AS rules FROM alert_rules WHERE ${ofProject(project)}`;
      const [row] = await ask<{ rules: number }>(database, question);
      return (row?.rules ?? 0) > 0;
    },
  };
}

function ofProject(project: string): Sql {
  return sql`project = ${bound('String', project)}`;
}

function rowOf(rule: RuleRecord, content: { deleted: boolean; definition: string }): Record<string, unknown> {
  return {
    id: rule.id,
    project: rule.project,
    version: rule.version,
    ...content,
    created_at: isoTime(rule.createdAt),
    updated_at: isoTime(rule.updatedAt),
  };
}

function listingOf(rows: readonly Row[]): RuleListing {
  const rules: StoredRule[] = [];
  const unreadable: UnreadableRule[] = [];
  for (const { definition, ...row } of rows) {
    const decoded = readDefinition(definition);
    if (decoded.status === 'decoded') rules.push({ ...row, definition: decoded.value });
    else unreadable.push({ ...row, reason: decoded.reason });
  }
  return { rules, unreadable };
}
