import { Pipeline, PipelineQuery } from '@weir/schemas/api';
import type { Database } from '../clickhouse/database.ts';
import type { EngineStatus } from '../clickhouse/engine.ts';
import type { ShardStatus } from '../clickhouse/shards.ts';
import type { ApiPlugin } from './routes.ts';

type ReceivedCounts = Pick<
  Pipeline,
  | 'acceptedSpans'
  | 'duplicateSpans'
  | 'lostSpans'
  | 'rejectedSpans'
  | 'skippedSpans'
  | 'alteredValues'
  | 'overflowingDimensions'
  | 'refusedRequests'
  | 'lastSpanAt'
>;

export interface PipelineDependencies {
  readonly database: Database;
  readonly engineStatus: () => EngineStatus;
  /** What was received since the start. */
  readonly received: () => Promise<ReceivedCounts>;
  /** What was received with each key since the start. */
  readonly keys: () => Pipeline['keys'];
  /** What was passed on since the start, one for each endpoint. */
  readonly forwarded: () => NonNullable<Pipeline['forwarding']>;
  /** What waits for ClickHouse. */
  readonly spool: () => Pipeline['spool'];
  /** What retention did since the start. */
  readonly retention: () => NonNullable<Pipeline['retention']>;
  /** Which shards answer; undefined where there is no cluster. */
  readonly shards: (() => Promise<ShardStatus>) | undefined;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** Where to send OTLP. */
  readonly endpoint: string;
}

/** GET /pipeline: is Weir itself well? It answers while ClickHouse does not. */
export function pipelineRoutes(dependencies: PipelineDependencies): ApiPlugin {
  return async (app) => {
    app.get(
      '/pipeline',
      {
        schema: {
          tags: ['pipeline'],
          summary: 'What was received, refused and stored, and how late it is',
          querystring: PipelineQuery,
          response: { 200: Pipeline },
        },
      },
      ({ query }) => pipeline(dependencies, query.project),
    );
  };
}

async function pipeline(dependencies: PipelineDependencies, project?: string): Promise<Pipeline> {
  const { database, engineStatus, received, spool, startedAt, endpoint } = dependencies;
  const { segments, bytes, maxBytes, oldestSeconds, setAside, isFailing } = spool();
  const forwarding = dependencies.forwarded();
  const lag = await lagOrNone(database);
  const cluster = await shardsOrNone(dependencies);
  return {
    // A disk that fails refuses every sender, whatever ClickHouse does.
    status: isFailing ? 'degraded' : lag.status,
    clickhouse: engineStatus(),
    startedAt: new Date(startedAt).toISOString(),
    ...(await received()),
    ingestLagSeconds: lag.seconds,
    spool: { segments, bytes, maxBytes, oldestSeconds, setAside, isFailing },
    keys: dependencies.keys().filter((key) => project === undefined || key.project === project),
    retention: dependencies.retention(),
    ...(cluster !== undefined && { cluster }),
    endpoint,
    ...(forwarding.length > 0 && { forwarding }),
  };
}

async function shardsOrNone({ shards }: PipelineDependencies): Promise<Pipeline['cluster']> {
  const status = await shards?.().catch(() => undefined);
  return status && { shards: status.shards, missing: [...status.missing] };
}

type Lag =
  | { readonly status: 'ready'; readonly seconds: number | null }
  | { readonly status: 'degraded'; readonly seconds: null };

/** This page must answer above all when ClickHouse does not; that it failed is then the answer. */
async function lagOrNone(database: Database): Promise<Lag> {
  try {
    return { status: 'ready', seconds: await ingestLagSeconds(database) };
  } catch {
    return { status: 'degraded', seconds: null };
  }
}

/** Median time from the end of a stream to its arrival, of those that arrived in the last 5 minutes. */
async function ingestLagSeconds(database: Database): Promise<number | null> {
  const answer = await database.client().query({
    // The hour on `ended_at`, which the table is ordered by, bounds what is read.
    query: `SELECT medianOrNull(dateDiff('millisecond', ended_at, received_at)) / 1000 AS lag
            FROM streams
            WHERE received_at > now64(3) - INTERVAL 5 MINUTE AND ended_at > now64(3) - INTERVAL 1 HOUR`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ lag: number | null }>();
  return row?.lag ?? null;
}
