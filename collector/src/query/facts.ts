import type { AnswerSource } from '@weir/schemas/api';
import { gapRelativeError } from '@weir/schemas/gap-buckets';
import type { Dimension } from '@weir/schemas/stream-record';
import type { Database } from './ask.ts';
import type { DimensionSql } from './dimension.ts';
import { counts, percentileError } from './figures.ts';
import { filtersCondition } from './filter.ts';
import type { TimeAxis } from './interval.ts';
import { type Plan, planOf, type RolledPiece, type TimeRange } from './plan.ts';
import { type RolledSet, rolledSetOf } from './rolled-dimensions.ts';
import { answeredRange, instant, type Scope } from './scope.ts';
import { bucketMiddles } from './seconds-buckets.ts';
import { bound, integers, joined, type Sql, sql } from './sql.ts';

/** The three times that panels show percentiles of. */
export type Measure = 'ttft' | 'maxGap' | 'duration';

/** Those of every panel that are not counts. */
export const panelMeasures: readonly Measure[] = ['ttft', 'maxGap'];

export interface FactsQuestion {
  /** Scopes of one project with the same filters; `period` of the facts is the place in this list. */
  readonly periods: readonly Scope[];
  /** Facts of each value apart. `as` makes what they are grouped by out of the value, a text; default the value. */
  readonly by?: { readonly dimension: DimensionSql; readonly as?: (value: Sql) => Sql } | undefined;
  /** Facts of each bucket of a time axis apart. */
  readonly axis?: TimeAxis | undefined;
  readonly measures?: readonly Measure[];
}

/**
 * Facts that sum up: one source for questions, whatever they are read from.
 *
 * Columns of `from`: `period`, `bucket` (of the axis; 0 without), `key` (`''` without `by`), `rows` (not weighted), those
 * of `CountsRow`, and for each measure a state that `percentilesOfFacts` finishes.
 */
export interface Facts {
  readonly from: Sql;
  readonly source: AnswerSource;
  /** Finishes the state of a measure over any facts: p50, p95 and p99. */
  percentiles(measure: Measure): Sql;
}

/** Reads from rollups what they hold as `streams` does, and the rest from `streams`: together each stream once. */
export function factsOf(database: Pick<Database, 'coverage'>, question: FactsQuestion): Facts {
  const [{ filters, project } = noScope] = question.periods;
  const set = rolledSetOf([
    ...filters.map(({ dimension }) => dimension.name),
    ...(question.by === undefined ? [] : [question.by.dimension.name]),
  ]);
  const coverage = set === undefined ? undefined : database.coverage?.();
  const plans = question.periods.map((period) =>
    planOf(period, coverage, { project, widthMs: question.axis?.widthMs }),
  );
  const source = sourceOf(plans);
  // States of plain numbers and of arrays are of different types, and arrays cost a third more.
  const asArrays = source !== 'streams';
  const pieces = plans.flatMap((plan, period) => [
    ...plan.rolled.map((piece) => rolledFacts(question, piece, set ?? [], period)),
    ...(plan.raw.length === 0 ? [] : [rawFacts(question, plan.raw, period, asArrays)]),
  ]);
  const from = joined(pieces.length === 0 ? [rawFacts(question, [], 0, asArrays)] : pieces, ' UNION ALL ');
  return {
    from,
    source,
    percentiles: (measure) => sql`${quantiles(asArrays ? 'ArrayMerge' : 'Merge')}(${stateName(measure)})`,
  };
}

const noScope = { filters: [], project: 'default' };

/** `AnsweredRange` of the API. */
export function answered(range: TimeRange, source: AnswerSource) {
  const own = source === 'streams' ? 0 : gapRelativeError;
  return {
    ...answeredRange(range),
    answeredFrom: source,
    percentileError: (1 + own) * (1 + percentileError) - 1,
  };
}

export function sourceOf(plans: readonly Plan[]): AnswerSource {
  const isRolled = plans.some(({ rolled }) => rolled.length > 0);
  const isRaw = plans.some(({ raw }) => raw.length > 0);
  if (!isRolled) return 'streams';
  return isRaw ? 'both' : 'rollups';
}

const measureColumns: { readonly [M in Measure]: { seconds: Sql; rolled: Sql } } = {
  ttft: { seconds: sql`ttft_seconds`, rolled: sql`r.ttft` },
  maxGap: { seconds: sql`max_gap_seconds`, rolled: sql`r.max_gap` },
  duration: { seconds: sql`duration_seconds`, rolled: sql`r.duration` },
};

function stateName(measure: Measure): Sql {
  return { parts: [`${measure}State`] };
}

function quantiles(combinator: 'State' | 'ArrayState' | 'Merge' | 'ArrayMerge'): Sql {
  return { parts: [`quantilesBFloat16Weighted${combinator}(0.5, 0.95, 0.99)`] };
}

function columnsOf(columns: readonly Sql[]): Sql {
  return joined(columns, ', ');
}

const thousandths: Sql = sql`toUInt64(round(sample_weight * 1000))`;

/** Facts of streams that ended in one of the ranges. */
function rawFacts(
  { periods, by, axis, measures = [] }: FactsQuestion,
  ranges: readonly TimeRange[],
  period: number,
  asArrays: boolean,
): Sql {
  const scope = periods[period];
  if (scope === undefined) throw new Error(`There is no period ${period}`);
  const states = measures.map((measure) => {
    const { seconds } = measureColumns[measure];
    return asArrays
      ? sql`${quantiles('ArrayState')}(
          if(isNull(${seconds}), [], [assumeNotNull(${seconds})]),
          if(isNull(${seconds}), [], [${thousandths}])) AS ${stateName(measure)}`
      : sql`${quantiles('State')}(${seconds}, ${thousandths}) AS ${stateName(measure)}`;
  });
  return sql`
    SELECT ${columnsOf([
      sql`toUInt8(${integers([period])}) AS period`,
      sql`${bucketOfAxis(axis, sql`toUnixTimestamp64Milli(ended_at)`)} AS bucket`,
      sql`${keyOf(by, by?.dimension.key)} AS key`,
      sql`count() AS rows`,
      counts(sql`true`),
      ...states,
    ])}
    FROM streams
    WHERE ${rawCondition(scope, ranges)}
    GROUP BY bucket, key`;
}

/** True for the streams of a scope that ended in one of the ranges. */
export function rawCondition(
  { project, filters }: Pick<Scope, 'project' | 'filters'>,
  ranges: readonly TimeRange[],
): Sql {
  return sql`project = ${bound('String', project)} AND ${endedIn(ranges)} AND ${filtersCondition(filters)}`;
}

/** True for streams that ended in one of the ranges; the outer bounds come first, because they find parts. */
function endedIn(ranges: readonly TimeRange[]): Sql {
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) return sql`false`;
  const within = ({ fromMs, toMs }: TimeRange) =>
    sql`ended_at >= ${instant(fromMs)} AND ended_at < ${instant(toMs)}`;
  const whole = within({ fromMs: first.fromMs, toMs: last.toMs });
  if (ranges.length === 1) return whole;
  return sql`${whole} AND (${joined(
    ranges.map((range) => sql`(${within(range)})`),
    ' OR ',
  )})`;
}

function bucketOfAxis(axis: TimeAxis | undefined, ms: Sql): Sql {
  if (axis === undefined) return sql`toInt64(0)`;
  return sql`toInt64(intDiv(${ms}, ${bound('Int64', axis.widthMs)}) - ${bound('Int64', axis.first)})`;
}

function keyOf(by: FactsQuestion['by'], value: Sql | undefined): Sql {
  if (by === undefined || value === undefined) return sql`''`;
  const text = sql`toString(${value})`;
  return by.as === undefined ? text : by.as(text);
}

const countColumns = {
  rows: 'rows',
  streams: 'streams',
  completed: 'completed',
  limited: 'limited',
  failed: 'failed',
  lost: 'lost',
  aborted: 'aborted',
  frustrated: 'frustrated',
  unknown: 'unknown',
  squaredWeights: 'squared_weights',
} as const;

function rolledFacts(
  { periods, by, axis, measures = [] }: FactsQuestion,
  piece: RolledPiece,
  set: RolledSet,
  period: number,
): Sql {
  const scope = periods[period];
  if (scope === undefined) throw new Error(`There is no period ${period}`);
  const summed = Object.entries(countColumns).map(([name, column]) => ({
    parts: [`sum(r.${column}) AS ${name}`],
  }));
  const states = measures.map((measure) => {
    const { rolled } = measureColumns[measure];
    return sql`${quantiles('ArrayState')}(
      arrayMap(bucket -> ${bucketMiddles}[bucket + 1], ${rolled}_buckets), ${rolled}_weights) AS ${stateName(measure)}`;
  });
  return sql`
    SELECT ${columnsOf([
      sql`toUInt8(${integers([period])}) AS period`,
      sql`${bucketOfAxis(axis, sql`toUnixTimestamp(r.slot) * 1000`)} AS bucket`,
      sql`${keyOf(by, by && rolledValue(set, by.dimension))} AS key`,
      ...summed,
      ...states,
    ])}
    FROM rollups AS r
    WHERE ${rolledCondition(scope, piece, set)}
    GROUP BY bucket, key`;
}

/** True for the rows `r` of a piece that hold the facts of a scope. */
export function rolledCondition({ project, filters }: Scope, piece: RolledPiece, set: RolledSet): Sql {
  const [a = '', b = ''] = set;
  const conditions = filters.map(({ dimension, values, excludes }) => {
    const among = sql`${rolledValue(set, dimension)} IN (${joined(
      values.map((value) => bound('String', value)),
      ', ',
    )})`;
    return excludes ? sql`NOT (${among})` : among;
  });
  return joined(
    [
      sql`r.project = ${bound('String', project)} AND r.level_seconds = ${integers([piece.levelSeconds])}`,
      sql`r.dimension_a = ${bound('String', a)} AND r.dimension_b = ${bound('String', b)}`,
      sql`r.slot >= ${slotTime(piece.fromMs)} AND r.slot < ${slotTime(piece.toMs)}`,
      sql`r.generation IN (${integers(piece.generations)})`,
      ...conditions,
    ],
    ' AND ',
  );
}

function rolledValue([a]: RolledSet, dimension: DimensionSql): Sql {
  return a === (dimension.name as Dimension) ? sql`r.value_a` : sql`r.value_b`;
}

export function slotTime(ms: number): Sql {
  return sql`toDateTime(${bound('Int64', Math.floor(ms / 1_000))}, 'UTC')`;
}

/** Selects a `CountsRow` of those facts for which the condition holds. */
export function summedCounts(among: Sql): Sql {
  return columnsOf(
    Object.keys(countColumns)
      .filter((name) => name !== 'rows')
      .map((name) => sql`${summedIf(name, among)} AS ${{ parts: [name] }}`),
  );
}

/** Sum of a column of counts over those facts, called `f`, for which the condition holds. */
export function summedIf(name: string, among: Sql): Sql {
  return sql`sumIf(${{ parts: [`f.${name}`] }}, ${among})`;
}
