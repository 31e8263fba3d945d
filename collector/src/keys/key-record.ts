import { type Static, Type } from 'typebox';

/** A created key as it is stored. The key itself is not: what is stored does not let anybody send. */
export const KeyRecord = Type.Object({
  id: Type.String(),
  /** Grows with each change. */
  version: Type.Integer(),
  /** SHA-256 of the key, hexadecimal. A key is 256 random bits, so nobody can try them all, however fast. */
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** The first characters of the key. */
  hint: Type.String(),
  project: Type.String(),
  /** Whether it reads, instead of sending. */
  reads: Type.Boolean({ default: false }),
  label: Type.String(),
  /** Unix milliseconds. */
  createdAt: Type.Number(),
  revokedAt: Type.Union([Type.Number(), Type.Null()]),
  /** Origins of pages that may send with it; empty: all. */
  origins: Type.Array(Type.String()),
  /** null: unlimited. */
  spansPerSecond: Type.Union([Type.Number(), Type.Null()]),
  burstSpans: Type.Union([Type.Number(), Type.Null()]),
});
export type KeyRecord = Static<typeof KeyRecord>;

export const ProjectRecord = Type.Object({ name: Type.String(), createdAt: Type.Number() });
export type ProjectRecord = Static<typeof ProjectRecord>;

/** All created keys, newest first, and all projects but `default`. */
export const KeySnapshot = Type.Object({
  keys: Type.Array(KeyRecord),
  projects: Type.Array(ProjectRecord),
});
export type KeySnapshot = Static<typeof KeySnapshot>;

export const noKeys: KeySnapshot = { keys: [], projects: [] };
