import { type Static, Type } from 'typebox';
import { AnsweredRange, ScopeQuery, StreamFigures } from './scope.ts';

/** GET /api/v1/summary: the headline figures, and the same of the period before. */
export const SummaryQuery = ScopeQuery;
export type SummaryQuery = Static<typeof SummaryQuery>;

const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/** Figures of a period. A request is user-visibly failed when its last attempt failed. */
export const SummaryFigures = Type.Intersect([
  StreamFigures,
  Type.Object({
    requests: Type.Number({ description: 'logical requests: attempts with one request id count once' }),
    failedRequests: Type.Number(),
    userVisibleFailureRate: Type.Union([Type.Number(), Type.Null()], {
      description: 'failedRequests / requests whose last attempt was not aborted; null when there is none',
    }),
    users: Type.Number({ description: 'distinct user hashes' }),
    affectedUsers: Type.Number({ description: 'distinct user hashes with a failed stream' }),
    durationSeconds: Type.Object({ p50: NullableNumber, p95: NullableNumber, p99: NullableNumber }),
  }),
]);
export type SummaryFigures = Static<typeof SummaryFigures>;

export const Summary = Type.Intersect([
  AnsweredRange,
  SummaryFigures,
  Type.Object({
    previous: SummaryFigures,
    usersError: Type.Optional(
      Type.Number({
        description:
          'standard relative error of `users` and `affectedUsers`; 0 where they are counted one by one, as over ranges that rollups do not answer',
      }),
    ),
  }),
]);
export type Summary = Static<typeof Summary>;
