import { type Static, Type } from 'typebox';
import { ProjectQuery } from './projects.ts';

/** Where a notification goes. Secrets (`url` of Slack) are returned masked. */
export const Channel = Type.Union([
  Type.Object({ type: Type.Literal('webhook'), url: Type.String({ format: 'uri', maxLength: 2048 }) }),
  Type.Object({ type: Type.Literal('slack'), url: Type.String({ format: 'uri', maxLength: 2048 }) }),
]);
export type Channel = Static<typeof Channel>;

/** What a rule watches. First form: a failure rate over a sliding window of stream ends. */
export const RuleInput = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    enabled: Type.Boolean({ default: true }),
    measure: Type.Union([Type.Literal('failure_rate')], { default: 'failure_rate' }),
    filters: Type.Array(Type.String({ maxLength: 300 }), {
      default: [],
      maxItems: 32,
      description: '`dimension:value`, as in `filter`',
    }),
    threshold: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'fires above this rate, 0 to 1' }),
    recoveryThreshold: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'recovers at or below this rate; default 0.8 of `threshold`',
      }),
    ),
    windowSeconds: Type.Integer({ minimum: 60, maximum: 86_400, default: 300 }),
    delaySeconds: Type.Integer({
      minimum: 0,
      maximum: 3600,
      default: 15,
      description: 'the window ends this long ago, so that late spans are in',
    }),
    forSeconds: Type.Integer({
      minimum: 0,
      maximum: 86_400,
      default: 60,
      description: 'how long the rate must stay above before it fires',
    }),
    recoveryForSeconds: Type.Integer({
      minimum: 0,
      maximum: 86_400,
      default: 120,
      description: 'how long it must stay below before it resolves',
    }),
    minimumStreams: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 20,
      description: 'with fewer streams in the window the rule does not judge',
    }),
    minimumFailures: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 5 }),
    channels: Type.Array(Channel, { default: [], maxItems: 10 }),
  },
  { additionalProperties: false },
);
export type RuleInput = Static<typeof RuleInput>;

/** `no_data`: fewer streams than the minimum. `error`: the evaluation itself failed; `detail` says why. */
export const ruleStatuses = [
  'inactive',
  'pending',
  'firing',
  'recovering',
  'no_data',
  'error',
  'disabled',
] as const;
export type RuleStatus = (typeof ruleStatuses)[number];

export const RuleState = Type.Object({
  status: Type.Enum(ruleStatuses),
  since: Type.String(),
  evaluatedAt: Type.Union([Type.String(), Type.Null()]),
  failureRate: Type.Union([Type.Number(), Type.Null()]),
  streams: Type.Number(),
  failed: Type.Number(),
  detail: Type.Union([Type.String(), Type.Null()]),
  incidentId: Type.Union([Type.String(), Type.Null()]),
});
export type RuleState = Static<typeof RuleState>;

/** A stored rule: its input, and what the collector adds. Not an intersection: `RuleInput` allows nothing beside it. */
export const Rule = Type.Object({
  ...RuleInput.properties,
  id: Type.String(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  state: RuleState,
});
export type Rule = Static<typeof Rule>;

/** GET /api/v1/rules. POST takes a `RuleInput` and answers a `Rule`; PUT and DELETE act on /api/v1/rules/{id}. */
export const RuleList = Type.Object({ rules: Type.Array(Rule) });
export type RuleList = Static<typeof RuleList>;

export const RuleParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
export type RuleParams = Static<typeof RuleParams>;

/** POST /api/v1/rules/{id}/test: what became of a test notification, for each channel of the rule in its order. */
export const RuleTest = Type.Object({
  deliveries: Type.Array(
    Type.Object({
      channel: Type.String(),
      target: Type.String({ description: 'host of the receiver' }),
      status: Type.Union([Type.Literal('delivered'), Type.Literal('failed')]),
      detail: Type.Union([Type.String(), Type.Null()], { description: 'why it failed' }),
    }),
  ),
});
export type RuleTest = Static<typeof RuleTest>;

/** POST /api/v1/rules/preview: what the rule would have done over a past range. */
export const RulePreviewQuery = Type.Object({
  ...ProjectQuery.properties,
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
});
export type RulePreviewQuery = Static<typeof RulePreviewQuery>;

export const RulePreview = Type.Object({
  from: Type.String(),
  to: Type.String(),
  stepSeconds: Type.Number(),
  points: Type.Array(
    Type.Object({
      at: Type.String(),
      streams: Type.Number(),
      failed: Type.Number(),
      failureRate: Type.Union([Type.Number(), Type.Null()]),
      status: Type.String(),
    }),
  ),
  incidents: Type.Array(
    Type.Object({
      firedAt: Type.String(),
      resolvedAt: Type.Union([Type.String(), Type.Null()]),
      peakFailureRate: Type.Number(),
    }),
  ),
});
export type RulePreview = Static<typeof RulePreview>;
