import { type Static, Type } from 'typebox';
import { defaultProject, ProjectName } from './projects.ts';

/** Keys that are remembered, revoked ones included; the oldest revoked ones make room for new ones. */
export const maxIngestKeys = 1_000;

/** What was received with one key since the collector started. */
export const KeyVolume = Type.Object({
  acceptedSpans: Type.Number(),
  duplicateSpans: Type.Number({ description: 'sent again, and counted once' }),
  rejectedSpans: Type.Array(Type.Object({ reason: Type.String(), spans: Type.Number() })),
  refusedRequests: Type.Array(Type.Object({ reason: Type.String(), requests: Type.Number() })),
  receivedBytes: Type.Number({ description: 'of bodies as they were sent' }),
  lastSeenAt: Type.Union([Type.String(), Type.Null()], { description: 'the last request, refused or not' }),
});
export type KeyVolume = Static<typeof KeyVolume>;

const NullableText = Type.Union([Type.String(), Type.Null()]);

/** An ingest key as everybody may see it: what it is called, not what it is. */
export const IngestKey = Type.Object({
  id: Type.String(),
  project: Type.String(),
  label: Type.String(),
  hint: Type.String({ description: 'the first characters of the key, to tell it from others' }),
  reads: Type.Boolean({ description: 'whether it reads the answers about its project, and does not send' }),
  source: Type.Union([Type.Literal('created'), Type.Literal('environment')], {
    description: '`environment`: it is WEIR_INGEST_KEY, and is revoked by changing that',
  }),
  createdAt: NullableText,
  lastUsedAt: Type.Union([Type.String(), Type.Null()], { description: 'to the minute, by any collector' }),
  revokedAt: NullableText,
  origins: Type.Array(Type.String(), { description: 'web pages that may send with it; empty: all' }),
  spansPerSecond: Type.Union([Type.Integer(), Type.Null()], { description: 'null: unlimited' }),
  burstSpans: Type.Union([Type.Integer(), Type.Null()]),
  volume: KeyVolume,
});
export type IngestKey = Static<typeof IngestKey>;

/** GET /api/v1/keys: newest first; of one project or, without `project`, of all. */
export const KeysQuery = Type.Object({ project: Type.Optional(ProjectName) });
export type KeysQuery = Static<typeof KeysQuery>;

export const KeyList = Type.Object({
  required: Type.Boolean({ description: 'false: there is no key yet, and everybody who gets here may send' }),
  keys: Type.Array(IngestKey),
});
export type KeyList = Static<typeof KeyList>;

/** POST /api/v1/keys. A project of this name is created with its first key. */
export const KeyInput = Type.Object(
  {
    project: Type.String({ ...ProjectName, default: defaultProject }),
    label: Type.String({ minLength: 1, maxLength: 64, description: 'what uses it, such as `web`' }),
    reads: Type.Boolean({
      default: false,
      description: 'a key for the API that gets answers about its project alone, and cannot send',
    }),
    origins: Type.Array(Type.String({ maxLength: 255 }), {
      default: [],
      maxItems: 32,
      description: 'origins of web pages that may send with it, such as `https://shop.example`; none: all',
    }),
    spansPerSecond: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'on average; default unlimited' }),
    ),
    burstSpans: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000_000,
        description: 'at once, after a pause; default 10 times `spansPerSecond`',
      }),
    ),
  },
  { additionalProperties: false },
);
export type KeyInput = Static<typeof KeyInput>;

/** The answer to its creation is the only place where a key can be read. */
export const CreatedKey = Type.Object({
  ...IngestKey.properties,
  key: Type.String({ description: 'the key itself; it is stored nowhere' }),
});
export type CreatedKey = Static<typeof CreatedKey>;

/** DELETE /api/v1/keys/{id} revokes the key and answers what it is now. */
export const KeyParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
export type KeyParams = Static<typeof KeyParams>;
