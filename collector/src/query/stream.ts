import type { StreamAnswer, StreamRow } from '@weir/schemas/api';
import { type StreamDetail, streamColumns } from '@weir/schemas/stream-record';
import { type AskOptions, ask, type Database } from './ask.ts';
import { builtIn, fromHex } from './dimension.ts';
import { rawCondition } from './facts.ts';
import { instant, isoTime, scopeCondition } from './scope.ts';
import { bound, column, joined, named, type Sql, sql } from './sql.ts';
import { rangesOfId } from './stream-ids.ts';
import { hexId, type SelectedStreamRow, streamRow, streamRowColumns, unixMs } from './stream-row.ts';

export interface StreamQuestion {
  readonly traceId: string;
  readonly spanId: string;
  /** Default `default`. */
  readonly project?: string;
}

/** One stream and what belongs to it; `undefined` when there is none with these ids. */
export async function stream(
  database: Database,
  question: StreamQuestion,
  options: AskOptions = {},
): Promise<StreamAnswer | undefined> {
  const { project = 'default' } = question;
  const found = await find(database, { ...question, project }, options);
  if (found === undefined) return undefined;
  const [attempts, hops, similar] = await Promise.all([
    attemptsOf(database, found, options),
    hopsOf(database, found, options),
    similarTo(database, found, options),
  ]);
  return { stream: found, attempts, hops, similar };
}

type SelectedStream = { [F in keyof StreamDetail]: StreamDetail[F] | number };

const detailColumns: Sql = joined(
  streamColumns.map(({ field, kind }) => {
    const stored = column(field);
    if (kind === 'id') return named(hexId(stored), field);
    return named(kind === 'time' ? unixMs(stored) : stored, field);
  }),
  ', ',
);

async function find(
  database: Database,
  { project, traceId, spanId }: Required<StreamQuestion>,
  options: AskOptions,
): Promise<StreamDetail | undefined> {
  const { ranges } = await rangesOfId(database, { project, id: traceId }, options);
  const [row] = await ask<SelectedStream>(
    database,
    sql`
      SELECT ${detailColumns}
      FROM streams
      WHERE ${rawCondition({ project, filters: [] }, ranges)}
        AND trace_id = ${fromHex(traceId)} AND span_id = ${fromHex(spanId)}
      LIMIT 1`,
    options,
  );
  return row === undefined ? undefined : detail(row);
}

function detail(row: SelectedStream): StreamDetail {
  const times = streamColumns
    .filter(({ kind }) => kind === 'time')
    .map(({ field }) => [field, isoTime(Number(row[field]))]);
  return { ...row, ...Object.fromEntries(times) };
}

/** Attempts and hops of one request end within a day of each other. */
const RELATED_MS = 86_400_000;
const MAX_RELATED = 100;

async function attemptsOf(
  database: Database,
  found: StreamDetail,
  options: AskOptions,
): Promise<StreamRow[]> {
  if (found.requestId === '') return related(database, found, ownIds(found), options);
  return related(database, found, sql`request_id = ${bound('String', found.requestId)}`, options);
}

async function hopsOf(database: Database, found: StreamDetail, options: AskOptions): Promise<StreamRow[]> {
  const sameTrace = sql`(trace_id = ${fromHex(found.traceId)} AND vantage != ${bound('String', found.vantage)})`;
  const delivered =
    found.linkType === 'delivers'
      ? sql`(trace_id = ${fromHex(found.linkedTraceId)} AND span_id = ${fromHex(found.linkedSpanId)})`
      : sql`false`;
  return related(database, found, sql`(${sameTrace} OR ${delivered})`, options);
}

function ownIds(found: StreamDetail): Sql {
  return sql`trace_id = ${fromHex(found.traceId)} AND span_id = ${fromHex(found.spanId)}`;
}

async function related(
  database: Database,
  found: StreamDetail,
  condition: Sql,
  options: AskOptions,
): Promise<StreamRow[]> {
  const endedAtMs = Date.parse(found.endedAt);
  const rows = await ask<SelectedStreamRow>(
    database,
    sql`
      SELECT ${streamRowColumns}
      FROM streams
      WHERE project = ${bound('String', found.project)}
        AND ended_at >= ${instant(endedAtMs - RELATED_MS)} AND ended_at < ${instant(endedAtMs + RELATED_MS)}
        AND ${condition}
      ORDER BY attempt NULLS FIRST, ended_at, trace_id, span_id
      LIMIT ${bound('UInt32', MAX_RELATED)}`,
    options,
  );
  return rows.map(streamRow);
}

const HALF_HOUR_MS = 1_800_000;

/** How usual this ending is among its peers in the hour around it. */
async function similarTo(
  database: Database,
  found: StreamDetail,
  options: AskOptions,
): Promise<StreamAnswer['similar']> {
  const endedAtMs = Date.parse(found.endedAt);
  const scope = {
    project: found.project,
    fromMs: endedAtMs - HALF_HOUR_MS,
    toMs: endedAtMs + HALF_HOUR_MS,
    filters: [
      { dimension: builtIn('model'), values: [found.model], excludes: false },
      { dimension: builtIn('network'), values: [found.networkType], excludes: false },
    ],
  };
  const [row] = await ask<{ streams: number; matching: number }>(
    database,
    sql`
      SELECT
        sum(sample_weight) AS streams,
        sumIf(sample_weight, reason = ${bound('String', found.reason)}) AS matching
      FROM streams
      WHERE ${scopeCondition(scope)}`,
    options,
  );
  return {
    description: `${found.reason} on ${found.model} over ${found.networkType}, half an hour before and after`,
    filters: [`reason:${found.reason}`, `model:${found.model}`, `network:${found.networkType}`],
    streams: row?.streams ?? 0,
    matching: row?.matching ?? 0,
  };
}
