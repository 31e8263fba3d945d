import type { Percentiles, StreamFigures } from '@weir/schemas/api';
import { type Sql, sql } from './sql.ts';
import { effectiveTrials, wilsonInterval } from './wilson.ts';

/** The definitions of the taxonomy as SQL. */
export const isFailed: Sql = sql`outcome IN ('failed', 'lost')`;
export const isAborted: Sql = sql`outcome = 'aborted'`;
/** Left in a stall or before the first chunk. */
const isFrustrated: Sql = sql`outcome = 'aborted' AND (ifNull(stall_at_end, false) OR ifNull(chunks = 0, false))`;

/** Total weight of the rows for which the condition holds. */
export function weighed(condition: Sql): Sql {
  return sql`sumIf(sample_weight, ${condition})`;
}

/**
 * Largest relative error of `percentilesOf`: half a step of 8 significant bits.
 *
 * Percentiles come from `quantilesBFloat16Weighted`, which keeps so many: ranks are exact, it is the fastest of
 * ClickHouse's weighted quantiles, needs no memory to speak of and does not depend on the order of rows. Its weights are
 * whole: thousandths.
 */
export const percentileError: number = 2 ** -8;

export type QuantileValues = readonly [number | null, number | null, number | null];

/** Reads an answer of `percentiles`; ClickHouse cuts digits off, so the truth lies in the half-open step above. */
export function percentilesOf([p50, p95, p99]: QuantileValues): Percentiles {
  return { p50: middleOfStep(p50), p95: middleOfStep(p95), p99: middleOfStep(p99) };
}

function middleOfStep(value: number | null): number | null {
  if (value === null || !(value > 0)) return value;
  return value + 2 ** (Math.floor(Math.log2(value)) - 8);
}

export const noPercentiles: QuantileValues = [null, null, null];

/** Counts of a set of rows. `squaredWeights` is of those that are in the failure rate. */
export interface CountsRow {
  readonly streams: number;
  readonly completed: number;
  readonly limited: number;
  readonly failed: number;
  readonly lost: number;
  readonly aborted: number;
  readonly frustrated: number;
  readonly unknown: number;
  readonly squaredWeights: number;
}

/** Selects a `CountsRow` over the rows for which `among` holds. */
export function counts(among: Sql): Sql {
  return sql`
    ${weighed(among)} AS streams,
    ${weighed(sql`${among} AND outcome = 'completed'`)} AS completed,
    ${weighed(sql`${among} AND outcome = 'limited'`)} AS limited,
    ${weighed(sql`${among} AND ${isFailed}`)} AS failed,
    ${weighed(sql`${among} AND outcome = 'lost'`)} AS lost,
    ${weighed(sql`${among} AND ${isAborted}`)} AS aborted,
    ${weighed(sql`${among} AND ${isFrustrated}`)} AS frustrated,
    ${weighed(sql`${among} AND outcome = 'unknown'`)} AS unknown,
    sumIf(sample_weight * sample_weight, ${among} AND NOT (${isAborted})) AS squaredWeights`;
}

export const noCounts: CountsRow = {
  streams: 0,
  completed: 0,
  limited: 0,
  failed: 0,
  lost: 0,
  aborted: 0,
  frustrated: 0,
  unknown: 0,
  squaredWeights: 0,
};

/** The two measures of every panel that are not counts. */
export interface PercentilesRow {
  readonly ttft: QuantileValues;
  readonly maxGap: QuantileValues;
}

export const noPanelPercentiles: PercentilesRow = { ttft: noPercentiles, maxGap: noPercentiles };

/** failed / (streams - aborted); null when nothing counts. `failed` includes lost ones. */
export function failureRate(of: { streams: number; failed: number; aborted: number }): number | null {
  const counted = of.streams - of.aborted;
  // Weights are floating-point: a remainder this small is rounding, not a stream.
  return counted > 1e-6 * of.streams ? Math.min(1, of.failed / counted) : null;
}

/** The figures of the API from what was selected. */
export function figuresOf(row: CountsRow, measures: PercentilesRow): StreamFigures {
  const { squaredWeights, ...shown } = row;
  const rate = failureRate(row);
  const trials = effectiveTrials(row.streams - row.aborted, squaredWeights);
  return {
    ...shown,
    failureRate: rate,
    failureRateInterval: rate === null ? null : wilsonInterval(rate, trials),
    ttftSeconds: percentilesOf(measures.ttft),
    maxGapSeconds: percentilesOf(measures.maxGap),
  };
}
