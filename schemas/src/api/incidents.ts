import { type Static, Type } from 'typebox';
import { ProjectQuery } from './projects.ts';

/** One delivery of one notification to one channel. */
export const Delivery = Type.Object({
  channel: Type.String(),
  target: Type.String({ description: 'host of the receiver' }),
  transition: Type.Union([Type.Literal('firing'), Type.Literal('resolved')]),
  status: Type.Union([Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('failed')]),
  attempts: Type.Integer(),
  at: Type.String(),
  detail: Type.Union([Type.String(), Type.Null()]),
});
export type Delivery = Static<typeof Delivery>;

/** A stretch of time in which a rule fired. */
export const Incident = Type.Object({
  id: Type.String(),
  ruleId: Type.String(),
  ruleName: Type.String(),
  status: Type.Union([Type.Literal('firing'), Type.Literal('resolved')]),
  /** When the rate first exceeded the threshold, when it fired, and when it resolved. */
  startedAt: Type.String(),
  firedAt: Type.String(),
  resolvedAt: Type.Union([Type.String(), Type.Null()]),
  filters: Type.Array(Type.String()),
  threshold: Type.Number(),
  windowSeconds: Type.Number(),
  /** At firing, and at the worst moment so far. */
  failureRate: Type.Number(),
  peakFailureRate: Type.Number(),
  streams: Type.Number(),
  failed: Type.Number(),
  /** The finding in words. */
  summary: Type.String(),
  /** Values over-represented among the failures when it fired, strongest first. */
  suspects: Type.Array(
    Type.Object({
      dimension: Type.String(),
      value: Type.String(),
      streams: Type.Number(),
      failed: Type.Number(),
      failureRate: Type.Number(),
      failureRateElsewhere: Type.Union([Type.Number(), Type.Null()]),
      shareOfFailures: Type.Number(),
    }),
  ),
  deliveries: Type.Array(Delivery),
});
export type Incident = Static<typeof Incident>;

/** GET /api/v1/incidents: newest first; firing ones always. */
export const IncidentsQuery = Type.Object({
  ...ProjectQuery.properties,
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  status: Type.Optional(Type.Union([Type.Literal('firing'), Type.Literal('resolved')])),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
});
export type IncidentsQuery = Static<typeof IncidentsQuery>;

export const IncidentList = Type.Object({ incidents: Type.Array(Incident) });
export type IncidentList = Static<typeof IncidentList>;

export const IncidentParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
export type IncidentParams = Static<typeof IncidentParams>;
