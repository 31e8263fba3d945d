import { type Static, Type } from 'typebox';
import { ProjectQuery } from './projects.ts';

/**
 * What every question is asked about: a project, a time range and filters.
 *
 * `from` and `to` are ISO 8601 or Unix milliseconds; the range is half-open, [from, to), on the end of the stream.
 * `filter` is `dimension:value` and may be repeated: values of one dimension are alternatives, dimensions narrow. A
 * leading `!` excludes (`!model:gpt-5`). Custom dimensions are `dimension.<name>:<value>`.
 */
export const ScopeQuery = Type.Object({
  ...ProjectQuery.properties,
  from: Type.Optional(Type.String({ description: 'ISO 8601 or Unix ms; default one hour before `to`' })),
  to: Type.Optional(Type.String({ description: 'ISO 8601 or Unix ms; default now' })),
  filter: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 32 })], {
      description: '`dimension:value`, repeatable; `!dimension:value` excludes',
    }),
  ),
});
export type ScopeQuery = Static<typeof ScopeQuery>;

/** Questions whose answer is a table can be had as CSV, too; `Accept: text/csv` asks for the same. */
export const FormatQuery = Type.Object({
  format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')], { default: 'json' })),
});
export type FormatQuery = Static<typeof FormatQuery>;

/**
 * Where an answer was read: `streams` themselves, `rollups` of them, or `both`: rollups, and streams for the ends of the
 * range and for slots of time into which streams came late. Counts are the same, exact, from any of them.
 */
export const AnswerSource = Type.Union([
  Type.Literal('streams'),
  Type.Literal('rollups'),
  Type.Literal('both'),
]);
export type AnswerSource = Static<typeof AnswerSource>;

/** The range that was answered, ISO 8601, and how. */
export const AnsweredRange = Type.Object({
  from: Type.String(),
  to: Type.String(),
  answeredFrom: Type.Optional(AnswerSource),
  percentileError: Type.Optional(
    Type.Number({ description: 'largest relative error of percentiles of times above a millisecond' }),
  ),
});

const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/** Percentiles; null where no stream had the measure. */
export const Percentiles = Type.Object({ p50: NullableNumber, p95: NullableNumber, p99: NullableNumber });
export type Percentiles = Static<typeof Percentiles>;

/**
 * Counts and rates of a set of streams. `streams` counts all of them, weighted where they were sampled.
 * `failed` includes `lost`. `failureRate` = failed / (streams - aborted), null when nothing counts.
 */
export const StreamFigures = Type.Object({
  streams: Type.Number(),
  completed: Type.Number(),
  limited: Type.Number(),
  failed: Type.Number({ description: 'failed and lost' }),
  lost: Type.Number({ description: 'the part of `failed` whose end was never reported' }),
  aborted: Type.Number(),
  frustrated: Type.Number({
    description: 'the part of `aborted` that left in a stall or before the first chunk',
  }),
  unknown: Type.Number(),
  failureRate: NullableNumber,
  failureRateInterval: Type.Union([Type.Object({ low: Type.Number(), high: Type.Number() }), Type.Null()], {
    description: 'Wilson score interval, 95 %',
  }),
  ttftSeconds: Percentiles,
  maxGapSeconds: Percentiles,
});
export type StreamFigures = Static<typeof StreamFigures>;

/** RFC 9457-like body of every failed API answer: `message` says what is wrong and what to do. */
export const ApiError = Type.Object({
  statusCode: Type.Integer(),
  code: Type.String(),
  error: Type.String(),
  message: Type.String(),
});
export type ApiError = Static<typeof ApiError>;
