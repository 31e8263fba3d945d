import {
  type Breakdown,
  type CreatedKey,
  type DimensionValues,
  defaultProject,
  type Gaps,
  type Incident,
  type IncidentList,
  type IngestKey,
  type KeyInput,
  type KeyList,
  type Pipeline,
  type ProjectList,
  type Retention,
  type Rule,
  type RuleInput,
  type RuleList,
  type RulePreview,
  type RuleTest,
  type StreamAnswer,
  type StreamPage,
  type Summary,
  type Timeseries,
} from '@weir/schemas/api';
import { formatQueryString } from '../scope/search-params.ts';
import { ApiFailure } from './failure.ts';

/** A range in Unix milliseconds and filters in the API's own notation. */
export interface AskedScope {
  readonly fromMs: number;
  readonly toMs: number;
  readonly filters: readonly string[];
}

export interface TimeseriesOptions {
  readonly by?: string;
  readonly limit?: number;
  readonly buckets?: number;
}

export interface StreamsOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly search?: string;
}

/** Every question of the HTTP API. Each throws `ApiFailure`. */
export interface ApiClient {
  summary(scope: AskedScope, signal?: AbortSignal): Promise<Summary>;
  timeseries(scope: AskedScope, options: TimeseriesOptions, signal?: AbortSignal): Promise<Timeseries>;
  breakdown(scope: AskedScope, by: string, limit: number, signal?: AbortSignal): Promise<Breakdown>;
  gaps(scope: AskedScope, limit: number, signal?: AbortSignal): Promise<Gaps>;
  streams(scope: AskedScope, options: StreamsOptions, signal?: AbortSignal): Promise<StreamPage>;
  stream(traceId: string, spanId: string, signal?: AbortSignal): Promise<StreamAnswer>;
  dimensionValues(
    scope: AskedScope,
    dimension: string,
    search: string,
    signal?: AbortSignal,
  ): Promise<DimensionValues>;
  pipeline(signal?: AbortSignal): Promise<Pipeline>;
  retention(signal?: AbortSignal): Promise<Retention>;
  projects(signal?: AbortSignal): Promise<ProjectList>;
  /** Of all projects. */
  keys(signal?: AbortSignal): Promise<KeyList>;
  /** The answer is the only one that holds the key. */
  createKey(input: KeyInput): Promise<CreatedKey>;
  revokeKey(id: string): Promise<IngestKey>;
  incidents(signal?: AbortSignal): Promise<IncidentList>;
  incident(id: string, signal?: AbortSignal): Promise<Incident>;
  rules(signal?: AbortSignal): Promise<RuleList>;
  createRule(input: RuleInput): Promise<Rule>;
  updateRule(id: string, input: RuleInput): Promise<Rule>;
  deleteRule(id: string): Promise<void>;
  /** Sends a test notification to each channel of a stored rule. */
  testRule(id: string): Promise<RuleTest>;
  previewRule(
    input: RuleInput,
    range: { readonly fromMs: number; readonly toMs: number },
    signal?: AbortSignal,
  ): Promise<RulePreview>;
}

interface Call {
  /** Whether it is about the installation and not about a project. */
  readonly ofInstallation?: boolean;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => undefined);
  const said =
    typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string'
      ? body.message
      : undefined;
  const { status } = response;
  if (status === 404) return new ApiFailure('not_found', said ?? 'The collector does not know this address.');
  if (status === 429 || status >= 500) {
    return new ApiFailure(
      'unavailable',
      said ?? `The collector answered with HTTP ${status}. It is asked again soon.`,
    );
  }
  return new ApiFailure('rejected', said ?? `The collector refused the question with HTTP ${status}.`);
}

const unreachable =
  'The collector does not answer. Check that it is running and that this page is opened from its address.';

/** @param project what every question is about, but for those about the installation */
export function createApiClient(fetcher: typeof fetch, project: string = defaultProject): ApiClient {
  const ofProject = project === defaultProject ? {} : { project };
  const call = async (asked: Call): Promise<unknown> => {
    const { path, method = 'GET', body, signal } = asked;
    const query = { ...(asked.ofInstallation === true ? {} : ofProject), ...asked.query };
    let response: Response;
    try {
      response = await fetcher(`/api/v1/${path}${formatQueryString(query)}`, {
        method,
        ...(signal === undefined ? {} : { signal }),
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      throw new ApiFailure('unreachable', unreachable, { cause });
    }
    if (!response.ok) throw await failureOf(response);
    if (response.status === 204) return undefined;
    try {
      return await response.json();
    } catch (cause) {
      throw new ApiFailure('unreadable', 'The answer of the collector is not JSON. Is a proxy in between?', {
        cause,
      });
    }
  };

  const scoped = ({ fromMs, toMs, filters }: AskedScope) => ({ from: fromMs, to: toMs, filter: filters });

  return {
    summary: (scope, signal) => call({ path: 'summary', query: scoped(scope), signal }) as Promise<Summary>,
    timeseries: (scope, options, signal) =>
      call({ path: 'timeseries', query: { ...scoped(scope), ...options }, signal }) as Promise<Timeseries>,
    breakdown: (scope, by, limit, signal) =>
      call({ path: 'breakdown', query: { ...scoped(scope), by, limit }, signal }) as Promise<Breakdown>,
    gaps: (scope, limit, signal) =>
      call({ path: 'gaps', query: { ...scoped(scope), limit }, signal }) as Promise<Gaps>,
    streams: (scope, options, signal) =>
      call({ path: 'streams', query: { ...scoped(scope), ...options }, signal }) as Promise<StreamPage>,
    stream: (traceId, spanId, signal) =>
      call({ path: `streams/${traceId}/${spanId}`, signal }) as Promise<StreamAnswer>,
    dimensionValues: (scope, dimension, search, signal) =>
      call({
        path: `dimensions/${encodeURIComponent(dimension)}/values`,
        query: { ...scoped(scope), ...(search === '' ? {} : { search }), limit: 50 },
        signal,
      }) as Promise<DimensionValues>,
    retention: (signal) => call({ path: 'retention', ofInstallation: true, signal }) as Promise<Retention>,
    pipeline: (signal) => call({ path: 'pipeline', ofInstallation: true, signal }) as Promise<Pipeline>,
    projects: (signal) => call({ path: 'projects', ofInstallation: true, signal }) as Promise<ProjectList>,
    keys: (signal) => call({ path: 'keys', ofInstallation: true, signal }) as Promise<KeyList>,
    createKey: (body) =>
      call({ path: 'keys', ofInstallation: true, method: 'POST', body }) as Promise<CreatedKey>,
    revokeKey: (id) =>
      call({
        path: `keys/${encodeURIComponent(id)}`,
        ofInstallation: true,
        method: 'DELETE',
      }) as Promise<IngestKey>,
    incidents: (signal) =>
      call({ path: 'incidents', query: { limit: 200 }, signal }) as Promise<IncidentList>,
    incident: (id, signal) =>
      call({ path: `incidents/${encodeURIComponent(id)}`, signal }) as Promise<Incident>,
    rules: (signal) => call({ path: 'rules', signal }) as Promise<RuleList>,
    createRule: (body) => call({ path: 'rules', method: 'POST', body }) as Promise<Rule>,
    updateRule: (id, body) =>
      call({ path: `rules/${encodeURIComponent(id)}`, method: 'PUT', body }) as Promise<Rule>,
    deleteRule: async (id) => {
      await call({ path: `rules/${encodeURIComponent(id)}`, method: 'DELETE' });
    },
    testRule: (id) =>
      call({ path: `rules/${encodeURIComponent(id)}/test`, method: 'POST' }) as Promise<RuleTest>,
    previewRule: (body, { fromMs, toMs }, signal) =>
      call({
        path: 'rules/preview',
        query: { from: fromMs, to: toMs },
        method: 'POST',
        body,
        signal,
      }) as Promise<RulePreview>,
  };
}
