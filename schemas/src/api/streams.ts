import { type Static, Type } from 'typebox';
import { StreamDetailSchema } from '../stream-record.ts';
import { AnsweredRange, FormatQuery, ScopeQuery } from './scope.ts';

/** GET /api/v1/streams: newest first, by page. */
export const StreamsQuery = Type.Intersect([
  ScopeQuery,
  FormatQuery,
  Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 50 })),
    cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before' })),
    search: Type.Optional(
      Type.String({
        maxLength: 256,
        description:
          'an id: trace, span, request, provider request, response, user hash, session or conversation; `from` is then 30 days before `to` unless given',
      }),
    ),
  }),
]);
export type StreamsQuery = Static<typeof StreamsQuery>;

const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

export const StreamRow = Type.Object({
  traceId: Type.String(),
  spanId: Type.String(),
  endedAt: Type.String(),
  provider: Type.String(),
  model: Type.String(),
  outcome: Type.String(),
  reason: Type.String(),
  stage: Type.String(),
  initiator: Type.String(),
  attachmentClass: Type.String(),
  networkType: Type.String(),
  service: Type.String(),
  vantage: Type.String(),
  ttftSeconds: NullableNumber,
  durationSeconds: NullableNumber,
  maxGapSeconds: NullableNumber,
  chunks: NullableNumber,
  outputTokens: NullableNumber,
  attempt: NullableNumber,
});
export type StreamRow = Static<typeof StreamRow>;

export const StreamPage = Type.Intersect([
  AnsweredRange,
  Type.Object({
    rows: Type.Array(StreamRow),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  }),
]);
export type StreamPage = Static<typeof StreamPage>;

/** GET /api/v1/streams/{traceId}/{spanId}: one stream, and what belongs to it. */
export const StreamParams = Type.Object({
  traceId: Type.String({ pattern: '^[0-9a-fA-F]{32}$' }),
  spanId: Type.String({ pattern: '^[0-9a-fA-F]{16}$' }),
});
export type StreamParams = Static<typeof StreamParams>;

export const StreamAnswer = Type.Object({
  stream: StreamDetailSchema,
  attempts: Type.Array(StreamRow, { description: 'all attempts of the same request, first to last' }),
  hops: Type.Array(StreamRow, { description: 'the same answer seen from other vantage points of the trace' }),
  similar: Type.Object({
    description: Type.String({ description: 'what was compared: same reason, model and network' }),
    filters: Type.Array(Type.String()),
    streams: Type.Number({ description: 'streams of that model and network in the hour around it' }),
    matching: Type.Number({ description: 'of these, with the same reason' }),
  }),
});
export type StreamAnswer = Static<typeof StreamAnswer>;

export const DimensionParams = Type.Object({ name: Type.String({ minLength: 1, maxLength: 128 }) });
export type DimensionParams = Static<typeof DimensionParams>;

/**
 * GET /api/v1/dimensions/{name}/values: values for a filter, most streams first. Filters on the dimension itself are set
 * aside.
 */
export const DimensionValuesQuery = Type.Intersect([
  ScopeQuery,
  Type.Object({
    search: Type.Optional(Type.String({ maxLength: 128 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  }),
]);
export type DimensionValuesQuery = Static<typeof DimensionValuesQuery>;

export const DimensionValues = Type.Object({
  values: Type.Array(Type.Object({ value: Type.String(), streams: Type.Number(), failed: Type.Number() })),
});
export type DimensionValues = Static<typeof DimensionValues>;
