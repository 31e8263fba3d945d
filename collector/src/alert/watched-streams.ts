import type { Database } from '../clickhouse/database.ts';
import { failureCounts } from '../query/failure-counts.ts';
import { type Filter, parseFilters } from '../query/filter.ts';
import { suspects } from '../query/suspects.ts';
import type { CountedRange, FailureCount } from './sliding-window.ts';
import type { Suspects } from './store/incident-store.ts';

/** The streams that a rule watches. */
export interface Watched {
  readonly project: string;
  /** `dimension:value`, as in a rule. */
  readonly filters: readonly string[];
}

/** What alerting asks about streams. Ranges are half-open, Unix milliseconds, on the end of the stream. */
export interface WatchedStreams {
  counts(watched: Watched, range: CountedRange): Promise<FailureCount[]>;
  /** Values over-represented among the failures, strongest first. */
  suspects(watched: Watched, range: { from: number; to: number }): Promise<Suspects>;
}

/** The streams in ClickHouse. @throws Error with a sentence when a filter is not understood */
export function watchedStreams(database: Database): WatchedStreams {
  return {
    async counts({ project, filters }, { from, to, stepSeconds }) {
      const question = { project, filters: parsed(filters), fromMs: from, toMs: to, stepSeconds };
      const counts = await failureCounts(database, question);
      return counts.map(({ atMs, streams, failed, aborted }) => ({
        at: atMs,
        streams: streams - aborted,
        failed,
      }));
    },
    async suspects({ project, filters }, { from, to }) {
      const scope = { project, fromMs: from, toMs: to, filters: parsed(filters) };
      const found = await suspects(database, scope);
      return found.map(({ score: _score, ...suspect }) => suspect);
    },
  };
}

function parsed(texts: readonly string[]): readonly Filter[] {
  const result = parseFilters(texts);
  if (result.status === 'invalid') throw new Error(result.message);
  return result.filters;
}
