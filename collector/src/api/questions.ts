import {
  Breakdown,
  BreakdownQuery,
  DimensionParams,
  DimensionValues,
  DimensionValuesQuery,
  defaultProject,
  type FormatQuery,
  Gaps,
  GapsQuery,
  ProjectQuery,
  type ScopeQuery,
  StreamAnswer,
  StreamPage,
  StreamParams,
  StreamsQuery,
  Summary,
  SummaryQuery,
  Timeseries,
  TimeseriesQuery,
} from '@weir/schemas/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CollectorError } from '../errors.ts';
import { breakdown } from '../query/breakdown.ts';
import { decodeCursor, type StreamPosition } from '../query/cursor.ts';
import { type DimensionSql, resolveDimension } from '../query/dimension.ts';
import { dimensionValues } from '../query/dimension-values.ts';
import { gaps } from '../query/gaps.ts';
import { parseScope, type Scope } from '../query/scope.ts';
import { stream } from '../query/stream.ts';
import { streams } from '../query/streams.ts';
import { summary } from '../query/summary.ts';
import { timeseries } from '../query/timeseries.ts';
import { refuseUnknownParameters } from './parameters.ts';
import type { ApiPlugin, QuestionDependencies } from './routes.ts';
import { breakdownCsv, streamsCsv, timeseriesCsv } from './tables.ts';

const tags = ['questions'];
const DAY_MS = 86_400_000;

/** GET routes of the query API: a scope and options in, one question asked, its answer out. */
export function questionRoutes({ database: stored, coverage, now }: QuestionDependencies): ApiPlugin {
  const database = { client: () => stored.client(), coverage };
  return async (app) => {
    app.addHook('preValidation', refuseUnknownParameters);

    app.get(
      '/summary',
      {
        schema: {
          tags,
          summary: 'Headline figures, with the period before',
          querystring: SummaryQuery,
          response: { 200: Summary },
        },
      },
      ({ query, signal }) => summary(database, scopeOf(query, now()), { signal }),
    );

    app.get(
      '/timeseries',
      {
        schema: {
          tags,
          summary: 'Every measure over time, split by a dimension',
          querystring: TimeseriesQuery,
          response: { 200: Timeseries },
        },
      },
      async (request, reply) => {
        const { by, limit = 5, buckets = 60 } = request.query;
        const scope = scopeOf(request.query, now());
        const dimension = by === undefined ? undefined : dimensionOf(by);
        const answer = await timeseries(
          database,
          scope,
          { by: dimension, limit, buckets },
          { signal: request.signal },
        );
        return wantsCsv(request) ? csv(reply, 'timeseries', timeseriesCsv(answer)) : answer;
      },
    );

    app.get(
      '/breakdown',
      {
        schema: {
          tags,
          summary: 'Figures for each value of a dimension',
          querystring: BreakdownQuery,
          response: { 200: Breakdown },
        },
      },
      async (request, reply) => {
        const { by, limit = 20, sort = 'streams' } = request.query;
        const scope = scopeOf(request.query, now());
        const answer = await breakdown(
          database,
          scope,
          { by: dimensionOf(by), limit, sort },
          { signal: request.signal },
        );
        return wantsCsv(request) ? csv(reply, `breakdown-by-${by}`, breakdownCsv(answer)) : answer;
      },
    );

    app.get(
      '/streams',
      {
        schema: {
          tags,
          summary: 'Streams, newest first, by page; search by id',
          querystring: StreamsQuery,
          response: { 200: StreamPage },
        },
      },
      async (request, reply) => {
        const { limit = 50, cursor } = request.query;
        const search = request.query.search?.trim() || undefined;
        // A person with an id seldom knows when it was.
        const lengthMs = search === undefined ? undefined : 30 * DAY_MS;
        const scope = scopeOf(request.query, now(), lengthMs);
        const after = cursor === undefined ? undefined : positionOf(cursor);
        const answer = await streams(database, scope, { limit, after, search }, { signal: request.signal });
        if (!wantsCsv(request)) return answer;
        if (answer.nextCursor !== null) reply.header('x-next-cursor', answer.nextCursor);
        return csv(reply, 'streams', streamsCsv(answer));
      },
    );

    app.get(
      '/streams/:traceId/:spanId',
      {
        schema: {
          tags,
          summary: 'One stream, its attempts, its other vantage points and how usual it is',
          params: StreamParams,
          querystring: ProjectQuery,
          response: { 200: StreamAnswer },
        },
      },
      async ({ params, query: { project = defaultProject }, signal }) => {
        const answer = await stream(database, { ...params, project }, { signal });
        if (answer !== undefined) return answer;
        throw new CollectorError(
          'not-found',
          `There is no stream ${params.spanId} in trace ${params.traceId}. It may be older than what is kept, or not have arrived yet.`,
        );
      },
    );

    app.get(
      '/dimensions/:name/values',
      {
        schema: {
          tags,
          summary: 'Values that a filter can choose from, most streams first',
          params: DimensionParams,
          querystring: DimensionValuesQuery,
          response: { 200: DimensionValues },
        },
      },
      ({ params, query, signal }) => {
        const { search, limit = 50 } = query;
        const dimension = dimensionOf(params.name);
        return dimensionValues(database, scopeOf(query, now()), { dimension, search, limit }, { signal });
      },
    );

    app.get(
      '/gaps',
      {
        schema: {
          tags,
          summary: 'Gaps between chunks, and the streams with the longest',
          querystring: GapsQuery,
          response: { 200: Gaps },
        },
      },
      ({ query, signal }) => {
        const { limit = 10 } = query;
        return gaps(database, scopeOf(query, now()), { limit }, { signal });
      },
    );
  };
}

function scopeOf(query: ScopeQuery, nowMs: number, lengthMs?: number): Scope {
  const parsed = parseScope(query, { nowMs, ...(lengthMs === undefined ? {} : { lengthMs }) });
  if (parsed.status === 'ok') return parsed.scope;
  throw new CollectorError(parsed.code, parsed.message);
}

function dimensionOf(name: string): DimensionSql {
  const resolved = resolveDimension(name);
  if (resolved.status === 'known') return resolved.dimension;
  throw new CollectorError('unknown-dimension', resolved.message);
}

function positionOf(cursor: string): StreamPosition {
  const position = decodeCursor(cursor);
  if (position !== undefined) return position;
  throw new CollectorError(
    'invalid-cursor',
    'The cursor is not one that this API gave out. Use nextCursor of the page before, or leave it out to begin with the newest stream.',
  );
}

function wantsCsv({ query, headers }: FastifyRequest<{ Querystring: FormatQuery }>): boolean {
  return query.format === 'csv' || /\btext\/csv\b/.test(headers.accept ?? '');
}

/** The response schema describes the JSON; text passes it untouched. */
function csv(reply: FastifyReply, name: string, text: string): never {
  const fileName = `weir-${name.replaceAll(/[^\w.-]/g, '_')}.csv`;
  reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(text);
  return reply as never;
}
