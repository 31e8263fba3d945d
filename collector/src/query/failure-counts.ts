import { type AskOptions, ask, type Database } from './ask.ts';
import { isAborted, isFailed, weighed } from './figures.ts';
import type { Filter } from './filter.ts';
import { scopeCondition } from './scope.ts';
import { bound, sql } from './sql.ts';

/** What to count, and in which steps. */
export interface FailureCountsQuestion {
  /** From `parseFilters`. */
  readonly filters: readonly Filter[];
  /** Unix milliseconds, half-open, on the end of the stream. The first step begins here. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepSeconds: number;
  /** Default `default`. */
  readonly project?: string;
}

/** Streams that ended in one step, weighted where they were sampled. The failure rate is failed / (streams - aborted). */
export interface FailureCount {
  /** Start of the step, Unix milliseconds. */
  readonly atMs: number;
  readonly streams: number;
  /** Includes lost ones. */
  readonly failed: number;
  readonly aborted: number;
}

/**
 * Counts streams and failures step by step, for rules and their previews.
 *
 * @returns every step of the range in order, those without streams too; the last may be cut short by `toMs`
 */
export async function failureCounts(
  database: Database,
  question: FailureCountsQuestion,
  options: AskOptions = {},
): Promise<FailureCount[]> {
  const { filters, fromMs, toMs, project = 'default' } = question;
  const stepMs = Math.round(question.stepSeconds * 1_000);
  const rows = await ask<{ step: number; streams: number; failed: number; aborted: number }>(
    database,
    sql`
      SELECT
        intDiv(toUnixTimestamp64Milli(ended_at) - ${bound('Int64', fromMs)}, ${bound('Int64', stepMs)}) AS step,
        sum(sample_weight) AS streams,
        ${weighed(isFailed)} AS failed,
        ${weighed(isAborted)} AS aborted
      FROM streams
      WHERE ${scopeCondition({ project, fromMs, toMs, filters })}
      GROUP BY step`,
    options,
  );
  const byStep = new Map(rows.map((row) => [row.step, row]));
  return Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, step) => {
    const { streams = 0, failed = 0, aborted = 0 } = byStep.get(step) ?? {};
    return { atMs: fromMs + step * stepMs, streams, failed, aborted };
  });
}
