import { type Static, Type } from 'typebox';
import { AnsweredRange, FormatQuery, Percentiles, ScopeQuery } from './scope.ts';

/** GET /api/v1/timeseries: every measure over time, in one series or one for each value of a dimension. */
export const TimeseriesQuery = Type.Intersect([
  ScopeQuery,
  FormatQuery,
  Type.Object({
    by: Type.Optional(Type.String({ description: 'dimension to split by; the rest is `other`' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 5 })),
    buckets: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        default: 60,
        description:
          'at most this many, one more when the range begins between two; the width is rounded up to a natural one',
      }),
    ),
  }),
]);
export type TimeseriesQuery = Static<typeof TimeseriesQuery>;

const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/** One value per bucket; a bucket without streams has 0 counts and null rates. */
export const TimeseriesPoint = Type.Object({
  streams: Type.Number(),
  failed: Type.Number(),
  aborted: Type.Number(),
  limited: Type.Number(),
  failureRate: NullableNumber,
  ttftSeconds: Percentiles,
  maxGapSeconds: Percentiles,
});
export type TimeseriesPoint = Static<typeof TimeseriesPoint>;

export const Timeseries = Type.Intersect([
  AnsweredRange,
  Type.Object({
    by: Type.Union([Type.String(), Type.Null()]),
    intervalSeconds: Type.Number(),
    buckets: Type.Array(Type.String({ description: 'start of the bucket, ISO 8601' })),
    series: Type.Array(
      Type.Object({
        key: Type.String({ description: '`all` without `by`; `other` for the values beyond the limit' }),
        isRest: Type.Optional(
          Type.Boolean({
            description: 'true for the values beyond the limit; a value may be called `other`, too',
          }),
        ),
        streams: Type.Number({ description: 'total of the range' }),
        points: Type.Array(TimeseriesPoint),
      }),
    ),
  }),
]);
export type Timeseries = Static<typeof Timeseries>;
