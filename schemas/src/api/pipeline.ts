import { type Static, Type } from 'typebox';
import { KeyVolume } from './keys.ts';
import { ProjectName } from './projects.ts';
import { RetentionState } from './retention.ts';
import { MissingShards } from './shards.ts';

/** `project`: only the keys of this one; everything else is of the collector. */
export const PipelineQuery = Type.Object({ project: Type.Optional(ProjectName) });
export type PipelineQuery = Static<typeof PipelineQuery>;

/** GET /api/v1/pipeline: is Weir itself well? Counters since the collector started. */
export const Pipeline = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded')]),
  clickhouse: Type.String({ description: '`starting`, `ready`, `restarting` or `stopped`' }),
  startedAt: Type.String(),
  acceptedSpans: Type.Number(),
  duplicateSpans: Type.Number({ description: 'sent again, and counted once' }),
  lostSpans: Type.Number({ description: 'dropped by their senders, which say so with the next export' }),
  rejectedSpans: Type.Array(Type.Object({ reason: Type.String(), spans: Type.Number() })),
  skippedSpans: Type.Array(Type.Object({ reason: Type.String(), spans: Type.Number() }), {
    description: 'accepted and not stored, because they are not streams',
  }),
  alteredValues: Type.Array(Type.Object({ kind: Type.String(), values: Type.Number() }), {
    description: 'of stored spans: cut, dropped, or stored as `other`',
  }),
  overflowingDimensions: Type.Array(Type.Object({ dimension: Type.String(), values: Type.Number() }), {
    description: 'dimensions with more distinct values than are kept, and how many were stored as `other`',
  }),
  refusedRequests: Type.Array(Type.Object({ reason: Type.String(), requests: Type.Number() })),
  lastSpanAt: Type.Union([Type.String(), Type.Null()]),
  ingestLagSeconds: Type.Union([Type.Number(), Type.Null()], {
    description: 'median of receivedAt - endedAt, last 5 minutes',
  }),
  spool: Type.Object(
    {
      segments: Type.Number(),
      bytes: Type.Number({ description: 'of disk' }),
      maxBytes: Type.Number({ description: 'when it holds as much, requests are refused with 503' }),
      oldestSeconds: Type.Union([Type.Number(), Type.Null()], {
        description:
          'since the oldest acknowledged span came that no question finds yet; null when there is none',
      }),
      setAside: Type.Number({
        description: 'files that ClickHouse refused or that are damaged: look at them',
      }),
      isFailing: Type.Boolean({
        description: 'the disk cannot be written to, requests are refused with 503',
      }),
    },
    { description: 'acknowledged, safe on disk, and on its way into ClickHouse' },
  ),
  keys: Type.Array(
    Type.Object({
      id: Type.String({ description: '`open`: without a key, while none is needed' }),
      project: Type.String(),
      label: Type.String(),
      ...KeyVolume.properties,
    }),
    { description: 'the ingest keys that were used since the start, most spans first' },
  ),
  retention: Type.Optional(RetentionState),
  cluster: Type.Optional(MissingShards),
  endpoint: Type.String({ description: 'where to send OTLP' }),
  forwarding: Type.Optional(
    Type.Array(
      Type.Object({
        endpoint: Type.String({ description: 'its name in the configuration' }),
        forwardedRequests: Type.Number({ description: 'taken by the endpoint' }),
        retries: Type.Number(),
        droppedRequests: Type.Array(Type.Object({ reason: Type.String(), requests: Type.Number() })),
        queuedRequests: Type.Number({ description: 'waiting or under way' }),
        queuedBytes: Type.Number(),
      }),
      { description: 'the OTLP endpoints that get what was received; absent when there are none' },
    ),
  ),
});
export type Pipeline = Static<typeof Pipeline>;
