import { attributes } from '@weir/schemas/attributes';
import type { Database } from '../../collector/src/query/ask.ts';
import { breakdown } from '../../collector/src/query/breakdown.ts';
import { type DimensionSql, resolveDimension } from '../../collector/src/query/dimension.ts';
import { parseFilters } from '../../collector/src/query/filter.ts';
import type { Scope } from '../../collector/src/query/scope.ts';
import { timeseries } from '../../collector/src/query/timeseries.ts';

/** Figures by what they are of, for comparing answers: streams and failed ones of each group. */
export type Counts = Readonly<Record<string, readonly [streams: number, failed: number]>>;

export interface ComparedQuestion {
  readonly name: string;
  /** What the dashboard asks; it answers more than is compared: intervals, percentiles, the period before. */
  readonly weir: (database: Database, scope: Scope) => Promise<Counts>;
  /** The least that answers the same on `otel_traces`; columns `key`, `streams`, `failed` and whatever else is asked. */
  readonly otel: string;
}

const attribute = (field: keyof typeof attributes) => `SpanAttributes['${attributes[field].key}']`;
const outcome = attribute('outcome');
const counted = `count() AS streams, countIf(${outcome} IN ('failed', 'lost')) AS failed`;
const seconds = (field: keyof typeof attributes) => `toFloat64OrNull(${attribute(field)})`;
const percentiles = (field: keyof typeof attributes) =>
  `quantiles(0.5, 0.95, 0.99)(${seconds(field)}) AS ${field}`;
const within = `Timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND Timestamp < fromUnixTimestamp64Milli({to:Int64})`;
const top = 'GROUP BY key ORDER BY streams DESC LIMIT 20';

export const comparedQuestions: readonly ComparedQuestion[] = [
  {
    name: 'failure rate by model',
    weir: groupedBy('model'),
    otel: `SELECT ${attribute('model')} AS key, ${counted} FROM otel_traces WHERE ${within} ${top}`,
  },
  {
    name: 'failure rate and TTFT percentiles by attachment class',
    weir: groupedBy('attachment'),
    otel: `SELECT ${attribute('attachmentClass')} AS key, ${counted}, ${percentiles('ttftSeconds')}
           FROM otel_traces WHERE ${within} ${top}`,
  },
  {
    name: 'TTFT and gap percentiles over time',
    weir: async (database, scope) => {
      const { series } = await timeseries(database, scope, { by: undefined, limit: 1, buckets: 60 });
      const [all] = series;
      const failed = all?.points.reduce((sum, point) => sum + point.failed, 0) ?? 0;
      return { all: [all?.streams ?? 0, failed] };
    },
    otel: `SELECT 'all' AS key, sum(s) AS streams, sum(f) AS failed FROM (
             SELECT intDiv(toUnixTimestamp64Milli(Timestamp) - {from:Int64}, ({to:Int64} - {from:Int64}) / 60) AS bucket,
               count() AS s, countIf(${outcome} IN ('failed', 'lost')) AS f, ${percentiles('ttftSeconds')},
               ${percentiles('maxGapSeconds')}
             FROM otel_traces WHERE ${within} GROUP BY bucket HAVING length(ttftSeconds) + length(maxGapSeconds) >= 0)`,
  },
  {
    name: 'failure rate by network, of one model',
    weir: groupedBy('network', ['model:model-3']),
    otel: `SELECT ${attribute('networkType')} AS key, ${counted} FROM otel_traces
           WHERE ${within} AND ${attribute('model')} = 'model-3' ${top}`,
  },
  {
    name: 'users with the most streams',
    weir: groupedBy('user'),
    otel: `SELECT ${attribute('userHash')} AS key, ${counted} FROM otel_traces WHERE ${within}
           GROUP BY key ORDER BY streams DESC, key LIMIT 20`,
  },
  {
    name: 'failures by reason, of one region and attachment class',
    weir: groupedBy('reason', ['region:R7', 'attachment:pdf']),
    otel: `SELECT ${attribute('reason')} AS key, ${counted} FROM otel_traces
           WHERE ${within} AND ${attribute('region')} = 'R7' AND ${attribute('attachmentClass')} = 'pdf' ${top}`,
  },
];

function groupedBy(name: string, filters: readonly string[] = []): ComparedQuestion['weir'] {
  const by = dimensionOf(name);
  const parsed = parseFilters(filters);
  if (parsed.status === 'invalid') throw new Error(parsed.message);
  return async (database, scope) => {
    const filtered = { ...scope, filters: parsed.filters };
    const { rows } = await breakdown(database, filtered, { by, limit: 20, sort: 'streams' });
    return Object.fromEntries(rows.map(({ key, streams, failed }) => [key, [streams, failed]]));
  };
}

function dimensionOf(name: string): DimensionSql {
  const resolved = resolveDimension(name);
  if (resolved.status === 'known') return resolved.dimension;
  throw new Error(resolved.message);
}
