import type { Incident } from '@weir/schemas/api';
import type { Dimension } from '@weir/schemas/stream-record';
import { type AskOptions, ask, type Database } from './ask.ts';
import { resolveDimension } from './dimension.ts';
import { isAborted, isFailed, weighed } from './figures.ts';
import { type Scope, scopeCondition } from './scope.ts';
import { bound, joined, type Sql, sql } from './sql.ts';

/** A value that fails more often than the rest of the scope. */
export type Suspect = Incident['suspects'][number] & {
  /** Log-likelihood ratio of "its rate differs from the rest" to "all have one rate"; counts decide as much as rates. */
  readonly score: number;
};

/**
 * What may cause a failure, most general first: of two values that cover the same streams, the first is named. Outcome,
 * reason, stage and HTTP status are how a failure shows, not why it happens, so they are not here.
 */
const causes = [
  'provider',
  'model',
  'attachment',
  'network',
  'service',
  'serviceVersion',
  'environment',
  'cloudRegion',
  'country',
  'region',
  'carrier',
  'effectiveType',
  'networkSubtype',
  'proxy',
  'vpn',
  'userAgent',
  'browserPlatform',
  'pageVisibility',
  'protocol',
  'protocolVersion',
  'server',
  'responseServer',
  'operation',
  'vantage',
  'instrumentation',
  'instrumentationVersion',
] as const satisfies readonly Dimension[];

/** Below this a difference is what chance brings, given how many values are tried. */
const MIN_SCORE = 5;
/** Candidates read per dimension: those with the most failures. */
const MAX_VALUES = 100;

/**
 * Finds values over-represented among the failures of a scope, each dimension on its own.
 *
 * @returns strongest first; empty when nothing stands out, as when everything fails alike
 */
export async function suspects(
  database: Database,
  scope: Scope,
  options: AskOptions & { readonly limit?: number } = {},
): Promise<Suspect[]> {
  const rows = await ask<ValueCounts>(
    database,
    joined([...causes.map((cause) => valuesOf(cause, scope)), total(scope)], ' UNION ALL '),
    options,
  );
  const all = rows.find((row) => row.dimension === '');
  if (all === undefined) return [];
  const found = rows
    .filter((row) => row.dimension !== '')
    .map((row) => judged(row, all))
    .filter((suspect) => suspect.score >= MIN_SCORE)
    .toSorted((a, b) => b.score - a.score || generality(a) - generality(b));
  return withoutEchoes(found).slice(0, options.limit ?? 5);
}

/** `streams` without aborted ones. */
interface ValueCounts {
  readonly dimension: string;
  readonly value: string;
  readonly streams: number;
  readonly failed: number;
}

function valuesOf(cause: Dimension, scope: Scope): Sql {
  const resolved = resolveDimension(cause);
  if (resolved.status === 'unknown') throw new Error(resolved.message);
  return sql`(
    SELECT
      ${bound('String', cause)} AS dimension,
      toString(${resolved.dimension.key}) AS value,
      ${weighed(sql`NOT (${isAborted})`)} AS streams,
      ${weighed(isFailed)} AS failed
    FROM streams
    WHERE ${scopeCondition(scope)}
    GROUP BY value
    HAVING failed > 0
    ORDER BY failed DESC, value
    LIMIT ${bound('UInt32', MAX_VALUES)})`;
}

function total(scope: Scope): Sql {
  return sql`(
    SELECT
      '' AS dimension,
      '' AS value,
      ${weighed(sql`NOT (${isAborted})`)} AS streams,
      ${weighed(isFailed)} AS failed
    FROM streams
    WHERE ${scopeCondition(scope)})`;
}

function judged(row: ValueCounts, all: ValueCounts): Suspect {
  const outside = { streams: all.streams - row.streams, failed: all.failed - row.failed };
  const failureRate = row.failed / row.streams;
  const failureRateElsewhere = outside.streams > 0 ? outside.failed / outside.streams : null;
  const { dimension, value, streams, failed } = row;
  return {
    dimension,
    value,
    streams,
    failed,
    failureRate,
    failureRateElsewhere,
    shareOfFailures: row.failed / all.failed,
    score:
      failureRateElsewhere === null || failureRate <= failureRateElsewhere
        ? 0
        : logLikelihood(row) + logLikelihood(outside) - logLikelihood(all),
  };
}

/** Log likelihood of binomial counts at their own rate. */
function logLikelihood({ streams, failed }: { streams: number; failed: number }): number {
  const fine = Math.max(0, streams - failed);
  return term(failed, streams) + term(fine, streams);
}

function term(count: number, of: number): number {
  return count > 0 ? count * Math.log(count / of) : 0;
}

/** Values that cover exactly the streams of a stronger or more general one say the same thing twice. */
function withoutEchoes(sorted: readonly Suspect[]): Suspect[] {
  const seen = new Set<string>();
  return sorted.filter(({ streams, failed }) => {
    const extent = `${streams}/${failed}`;
    return !seen.has(extent) && seen.add(extent);
  });
}

const placeOf = new Map<string, number>(causes.map((cause, place) => [cause, place]));

function generality(suspect: Suspect): number {
  return placeOf.get(suspect.dimension) ?? causes.length;
}
