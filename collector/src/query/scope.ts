import { defaultProject, type ScopeQuery } from '@weir/schemas/api';
import { type Filter, filtersCondition, parseFilters } from './filter.ts';
import type { TimeRange } from './plan.ts';
import { bound, type Sql, sql } from './sql.ts';

/** What a question is asked about: streams of one project that ended in [fromMs, toMs) and pass the filters. */
export interface Scope {
  readonly project: string;
  /** Unix milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly filters: readonly Filter[];
}

export type ParsedScope =
  | { readonly status: 'ok'; readonly scope: Scope }
  | {
      readonly status: 'invalid';
      readonly code: 'invalid-range' | 'invalid-filter' | 'unknown-dimension';
      readonly message: string;
    };

export interface ScopeDefaults {
  /** Unix milliseconds; what `to` means when it is absent. */
  readonly nowMs: number;
  /** How long before `to` the range begins when `from` is absent. Default one hour. */
  readonly lengthMs?: number;
}

const HOUR_MS = 3_600_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/** Reads `project`, `from`, `to` and `filter` of a request. */
export function parseScope(query: ScopeQuery, defaults: ScopeDefaults): ParsedScope {
  const toMs = query.to === undefined ? defaults.nowMs : parseTime(query.to);
  if (toMs === undefined) return invalidTime('to', query.to);
  const fromMs = query.from === undefined ? toMs - (defaults.lengthMs ?? HOUR_MS) : parseTime(query.from);
  if (fromMs === undefined) return invalidTime('from', query.from);
  if (fromMs >= toMs) {
    return invalidRange(
      `The range ends before it begins: from is ${isoTime(fromMs)}, to is ${isoTime(toMs)}. Make from the earlier one.`,
    );
  }
  const texts = typeof query.filter === 'string' ? [query.filter] : (query.filter ?? []);
  const parsed = parseFilters(texts);
  if (parsed.status === 'invalid') return parsed;
  return {
    status: 'ok',
    scope: { project: query.project ?? defaultProject, fromMs, toMs, filters: parsed.filters },
  };
}

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** @returns Unix milliseconds; ISO times without an offset are UTC. */
function parseTime(text: string): number | undefined {
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : parseIso(text);
  return ms !== undefined && ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : undefined;
}

function parseIso(text: string): number | undefined {
  const [, time, , , offset] = ISO_8601.exec(text) ?? [];
  if (!ISO_8601.test(text)) return undefined;
  const ms = Date.parse(time !== undefined && offset === undefined ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The range of the same length just before. */
export function previousScope(scope: Scope): Scope {
  return { ...scope, fromMs: scope.fromMs - (scope.toMs - scope.fromMs), toMs: scope.fromMs };
}

/** True for the rows of the scope. The range comes first: it is what the table is ordered by. */
export function scopeCondition(scope: Scope): Sql {
  return sql`project = ${bound('String', scope.project)}
    AND ended_at >= ${instant(scope.fromMs)} AND ended_at < ${instant(scope.toMs)}
    AND ${filtersCondition(scope.filters)}`;
}

/** A point in time that columns of times compare with. */
export function instant(ms: number): Sql {
  return sql`fromUnixTimestamp64Milli(${bound('Int64', ms)}, 'UTC')`;
}

/** The range of `AnsweredRange` of the API. */
export function answeredRange(scope: TimeRange): { from: string; to: string } {
  return { from: isoTime(scope.fromMs), to: isoTime(scope.toMs) };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function invalidTime(parameter: 'from' | 'to', text: string | undefined) {
  return invalidRange(
    `The parameter ${parameter} is ${JSON.stringify(text)}; use ISO 8601, as in 2026-01-31T12:00:00Z, or Unix milliseconds, from the years 2000 to 2199.`,
  );
}

function invalidRange(message: string) {
  return { status: 'invalid', code: 'invalid-range', message } as const;
}
