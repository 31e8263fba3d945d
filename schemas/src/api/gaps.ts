import { type Static, Type } from 'typebox';
import { AnsweredRange, ScopeQuery } from './scope.ts';
import { StreamRow } from './streams.ts';

/** GET /api/v1/gaps: how chunk gaps are distributed, and the streams with the worst of them. */
export const GapsQuery = Type.Intersect([
  ScopeQuery,
  Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })) }),
]);
export type GapsQuery = Static<typeof GapsQuery>;

export const Gaps = Type.Intersect([
  AnsweredRange,
  Type.Object({
    gapSeconds: Type.Object(
      {
        p50: Type.Union([Type.Number(), Type.Null()]),
        p95: Type.Union([Type.Number(), Type.Null()]),
        p99: Type.Union([Type.Number(), Type.Null()]),
      },
      { description: 'over all chunks of all streams, from the merged histograms' },
    ),
    histogram: Type.Array(
      Type.Object({ fromSeconds: Type.Number(), toSeconds: Type.Number(), gaps: Type.Number() }),
      { description: 'non-empty log buckets, shortest first' },
    ),
    worst: Type.Array(
      Type.Intersect([
        StreamRow,
        Type.Object({
          maxGapOffsetSeconds: Type.Union([Type.Number(), Type.Null()]),
          maxGapIndex: Type.Union([Type.Integer(), Type.Null()]),
          stallAtEnd: Type.Union([Type.Boolean(), Type.Null()]),
        }),
      ]),
    ),
  }),
]);
export type Gaps = Static<typeof Gaps>;
