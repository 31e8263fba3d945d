import { type Static, Type } from 'typebox';
import { AnsweredRange, FormatQuery, ScopeQuery, StreamFigures } from './scope.ts';

/** GET /api/v1/breakdown: figures for each value of a dimension, most streams first. */
export const BreakdownQuery = Type.Intersect([
  ScopeQuery,
  FormatQuery,
  Type.Object({
    by: Type.String({ description: 'a dimension: `model`, `attachment`, `network`, …' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 20 })),
    sort: Type.Optional(
      Type.Union([Type.Literal('streams'), Type.Literal('failed'), Type.Literal('failureRate')], {
        default: 'streams',
      }),
    ),
  }),
]);
export type BreakdownQuery = Static<typeof BreakdownQuery>;

const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

export const BreakdownRow = Type.Intersect([
  Type.Object({ key: Type.String() }),
  StreamFigures,
  Type.Object({
    previous: Type.Object({ streams: Type.Number(), failed: Type.Number(), failureRate: NullableNumber }),
  }),
]);
export type BreakdownRow = Static<typeof BreakdownRow>;

export const Breakdown = Type.Intersect([
  AnsweredRange,
  Type.Object({
    by: Type.String(),
    total: Type.Integer({ description: 'distinct values in the range' }),
    rows: Type.Array(BreakdownRow),
  }),
]);
export type Breakdown = Static<typeof Breakdown>;
