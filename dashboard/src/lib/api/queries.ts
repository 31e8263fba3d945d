import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type {
  Breakdown,
  Gaps,
  Incident,
  IncidentList,
  KeyList,
  Pipeline,
  ProjectList,
  Retention,
  RuleList,
  StreamAnswer,
  StreamPage,
  Summary,
  Timeseries,
} from '@weir/schemas/api';
import { formatFilter } from '../scope/filter.ts';
import { type Range, rangeBefore, resolveRange } from '../scope/range.ts';
import { type Scope, searchOfRange } from '../scope/search-params.ts';
import { useScope } from '../scope/use-scope.ts';
import { useApi } from './api-context.ts';
import type { ApiClient, AskedScope, TimeseriesOptions } from './client.ts';

/**
 * Questions as React hooks. The key of a question about a relative range does not hold the present time: each time the
 * page's clock advances the same question is asked again, and what it answered last stays visible until then, and when
 * the new answer fails.
 */

/** First part of the key of every question whose answer changes with the page's clock. */
export const scopedKey = 'scoped';

export type QuestionScope = Pick<Scope, 'range' | 'filters'>;

/** @returns the key of a scoped question. */
export function scopedQueryKey(question: string, scope: QuestionScope, options: unknown): readonly unknown[] {
  return [scopedKey, question, searchOfRange(scope.range), scope.filters.map(formatFilter), options];
}

export function askedScope({ range, filters }: QuestionScope, nowMs: number): AskedScope {
  return { ...resolveRange(range, nowMs), filters: filters.map(formatFilter) };
}

type Ask<T> = (client: ApiClient, scope: AskedScope, signal: AbortSignal) => Promise<T>;

function useScopedQuestion<T>(
  question: string,
  options: unknown,
  ask: Ask<T>,
  ownScope?: QuestionScope,
): UseQueryResult<T> {
  const { client, clock } = useApi();
  const pageScope = useScope();
  const scope = ownScope ?? pageScope;
  return useQuery({
    queryKey: scopedQueryKey(question, scope, options),
    queryFn: ({ signal }) => ask(client, askedScope(scope, clock.nowMs()), signal),
    placeholderData: keepPreviousData,
  });
}

export function useSummary(): UseQueryResult<Summary> {
  return useScopedQuestion('summary', null, (client, scope, signal) => client.summary(scope, signal));
}

export function useTimeseries(options: TimeseriesOptions, scope?: QuestionScope): UseQueryResult<Timeseries> {
  const ask: Ask<Timeseries> = (client, asked, signal) => client.timeseries(asked, options, signal);
  return useScopedQuestion('timeseries', options, ask, scope);
}

/** The same over the period before. */
export function useTimeseriesBefore(options: TimeseriesOptions): UseQueryResult<Timeseries> {
  return useScopedQuestion('timeseries-before', options, (client, scope, signal) =>
    client.timeseries({ ...scope, ...rangeBefore(scope) }, options, signal),
  );
}

export function useBreakdown(by: string, limit: number): UseQueryResult<Breakdown> {
  return useScopedQuestion('breakdown', { by, limit }, (client, scope, signal) =>
    client.breakdown(scope, by, limit, signal),
  );
}

export function useGaps(limit: number): UseQueryResult<Gaps> {
  return useScopedQuestion('gaps', { limit }, (client, scope, signal) => client.gaps(scope, limit, signal));
}

/** The newest streams of the scope, those that pass `extraFilters` as well. */
export function useLatestStreams(limit: number, extraFilters: readonly string[]): UseQueryResult<StreamPage> {
  return useScopedQuestion('latest-streams', { limit, extraFilters }, (client, scope, signal) =>
    client.streams({ ...scope, filters: [...scope.filters, ...extraFilters] }, { limit }, signal),
  );
}

/** How often state that is not tied to a range is asked for, ms. Not asked for while the page is hidden. */
const stateRefreshMs = 10_000;

export function useIncidents(): UseQueryResult<IncidentList> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['incidents'],
    queryFn: ({ signal }) => client.incidents(signal),
    refetchInterval: stateRefreshMs,
  });
}

export function useIncident(id: string): UseQueryResult<Incident> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => client.incident(id, signal),
    refetchInterval: stateRefreshMs,
  });
}

export function useRules(): UseQueryResult<RuleList> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => client.rules(signal),
    refetchInterval: stateRefreshMs,
  });
}

export function usePipeline(): UseQueryResult<Pipeline> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['pipeline'],
    queryFn: ({ signal }) => client.pipeline(signal),
    refetchInterval: stateRefreshMs,
  });
}

/** For how long each project keeps what. */
export function useRetention(): UseQueryResult<Retention> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['retention'],
    queryFn: ({ signal }) => client.retention(signal),
    refetchInterval: 6 * stateRefreshMs,
  });
}

/** Ingest keys of all projects. */
export function useKeys(): UseQueryResult<KeyList> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => client.keys(signal),
    refetchInterval: stateRefreshMs,
  });
}

export function useProjects(): UseQueryResult<ProjectList> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => client.projects(signal),
    refetchInterval: 6 * stateRefreshMs,
  });
}

export function useStream(traceId: string, spanId: string): UseQueryResult<StreamAnswer> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['stream', traceId, spanId],
    queryFn: ({ signal }) => client.stream(traceId, spanId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** @returns a fixed range as a question's scope. */
export function fixedRange(fromMs: number, toMs: number): Range {
  return { kind: 'absolute', fromMs, toMs };
}
