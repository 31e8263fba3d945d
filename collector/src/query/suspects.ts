import type { Incident } from '@weir/schemas/api';
import type { Dimension } from '@weir/schemas/stream-record';
import { type AskOptions, ask, type Database } from './ask.ts';
import { builtIn } from './dimension.ts';
import { isAborted, isFailed, weighed } from './figures.ts';
import { type Scope, scopeCondition } from './scope.ts';
import { bound, joined, type Sql, sql } from './sql.ts';
import { effectiveTrials } from './wilson.ts';

/** A value that fails more often than the rest of the scope. */
export type Suspect = Incident['suspects'][number] & {
  readonly dimension: Cause;
  /** Log-likelihood ratio of "its rate differs from the rest" to "all have one rate"; counts decide as much as rates. */
  readonly score: number;
};

/**
 * What may cause a failure, most general first: of two values that cover the same streams, the first is named. Outcome,
 * reason, stage and HTTP status are how a failure shows, not why it happens, so they are not here; neither is the server
 * that answered, which a failure before any answer does not have.
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
  'operation',
  'vantage',
  'instrumentation',
  'instrumentationVersion',
] as const satisfies readonly Dimension[];

type Cause = (typeof causes)[number];

/** Below this a difference is what chance brings, given how many values are tried. */
const MIN_SCORE = 5;
/** A cause that explains a smaller share of the failures is not worth a person's time. */
const MIN_SHARE = 0.03;
/** Candidates read per dimension: those with the most failures. */
const MAX_VALUES = 100;

/**
 * Finds values over-represented among the failures of a scope, each dimension on its own. The strongest is named, its
 * streams are set aside, and the rest is searched again: what merely goes along with a cause vanishes with it, and a
 * weaker cause comes out of its shadow. The figures of each are therefore without the streams of those before it; the
 * shares are of all failures and add up.
 *
 * @returns strongest first; empty when nothing stands out, as when everything fails alike
 */
export async function suspects(
  database: Database,
  scope: Scope,
  options: AskOptions & { readonly limit?: number } = {},
): Promise<Suspect[]> {
  const { limit = 4 } = options;
  const found: Suspect[] = [];
  let rest = scope;
  let allFailed: number | undefined;
  while (found.length < limit) {
    const { values, all } = await countValues(database, rest, options);
    allFailed ??= all.failed;
    const strongest = strongestOf(values, all, allFailed);
    if (strongest === undefined) break;
    found.push(strongest);
    rest = without(rest, strongest);
  }
  return found;
}

function strongestOf(values: readonly ValueCounts[], all: Counts, allFailed: number): Suspect | undefined {
  const [strongest] = values
    .map((row) => judged(row, all, allFailed))
    .filter(({ score, shareOfFailures }) => score >= MIN_SCORE && shareOfFailures >= MIN_SHARE)
    .toSorted((a, b) => b.score - a.score || generality(a) - generality(b));
  return strongest;
}

function without(scope: Scope, { dimension, value }: Suspect): Scope {
  const excluded = { dimension: builtIn(dimension), values: [value], excludes: true };
  return { ...scope, filters: [...scope.filters, excluded] };
}

/** `streams` without aborted ones. */
interface Counts {
  readonly streams: number;
  readonly failed: number;
  readonly squaredWeights: number;
}

interface ValueCounts extends Counts {
  readonly dimension: Cause;
  readonly value: string;
}

/** The row of the total stands among those of the values, without a dimension. */
type CountsRow = ValueCounts | (Counts & { readonly dimension: '' });

const countsColumns: Sql = sql`
  ${weighed(sql`NOT (${isAborted})`)} AS streams,
  ${weighed(isFailed)} AS failed,
  sumIf(sample_weight * sample_weight, NOT (${isAborted})) AS squaredWeights`;

async function countValues(database: Database, scope: Scope, options: AskOptions) {
  const question = joined([...causes.map((cause) => valuesOf(cause, scope)), total(scope)], ' UNION ALL ');
  const rows = await ask<CountsRow>(database, question, options);
  const all: Counts | undefined = rows.find(({ dimension }) => dimension === '');
  return {
    values: rows.filter((row) => row.dimension !== ''),
    all: all ?? { streams: 0, failed: 0, squaredWeights: 0 },
  };
}

function valuesOf(cause: Dimension, scope: Scope): Sql {
  return sql`(
    SELECT
      ${bound('String', cause)} AS dimension,
      toString(${builtIn(cause).key}) AS value,
      ${countsColumns}
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
      ${countsColumns}
    FROM streams
    WHERE ${scopeCondition(scope)})`;
}

function judged(row: ValueCounts, all: Counts, allFailed: number): Suspect {
  const { dimension, value, streams, failed } = row;
  const outside = { streams: all.streams - streams, failed: all.failed - failed };
  const failureRate = failed / streams;
  const failureRateElsewhere = outside.streams > 0 ? outside.failed / outside.streams : null;
  const isHigher = failureRateElsewhere !== null && failureRate > failureRateElsewhere;
  return {
    dimension,
    value,
    streams,
    failed,
    failureRate,
    failureRateElsewhere,
    shareOfFailures: failed / allFailed,
    score: isHigher
      ? evidenceShare(all) * (logLikelihood(row) + logLikelihood(outside) - logLikelihood(all))
      : 0,
  };
}

/** A sampled stream stands for many, and is evidence of one. */
function evidenceShare({ streams, squaredWeights }: Counts): number {
  return effectiveTrials(streams, squaredWeights) / streams;
}

/** Log likelihood of binomial counts at their own rate. */
function logLikelihood({ streams, failed }: { streams: number; failed: number }): number {
  const fine = Math.max(0, streams - failed);
  return term(failed, streams) + term(fine, streams);
}

function term(count: number, of: number): number {
  return count > 0 ? count * Math.log(count / of) : 0;
}

const placeOf = new Map<string, number>(causes.map((cause, place) => [cause, place]));

function generality(suspect: Suspect): number {
  return placeOf.get(suspect.dimension) ?? causes.length;
}
