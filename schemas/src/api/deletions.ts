import { type Static, Type } from 'typebox';
import { defaultProject, ProjectName } from './projects.ts';

const text = { minLength: 1, maxLength: 256 };

/** Whose streams: exactly one of the three. */
export const DeletionSubject = Type.Union([
  Type.Literal('user', { description: 'the hash of the user' }),
  Type.Literal('session'),
  Type.Literal('conversation'),
]);
export type DeletionSubject = Static<typeof DeletionSubject>;

/** POST /api/v1/deletions */
export const DeletionInput = Type.Object(
  {
    project: Type.String({ ...ProjectName, default: defaultProject }),
    subject: DeletionSubject,
    id: Type.String({ ...text, description: 'as streams have it' }),
    dryRun: Type.Boolean({ default: false, description: 'only count what would be deleted' }),
  },
  { additionalProperties: false },
);
export type DeletionInput = Static<typeof DeletionInput>;

/**
 * The deletion of everything stored of one user, session or conversation. `waiting`: until what was received before the
 * request has left the spool. `deleting`: ClickHouse rewrites what it has. `clearing`: it holds the files from before for
 * some minutes more. `finished`: the id is in none of its files. What it was about is not remembered.
 */
export const Deletion = Type.Object({
  id: Type.String(),
  project: Type.String(),
  subject: DeletionSubject,
  requestedAt: Type.String(),
  finishedAt: Type.Union([Type.String(), Type.Null()]),
  status: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('deleting'),
    Type.Literal('clearing'),
    Type.Literal('finished'),
  ]),
  rows: Type.Number({ description: 'streams deleted so far' }),
  reason: Type.Union([Type.String(), Type.Null()], {
    description: 'why the last attempt failed; it is repeated',
  }),
});
export type Deletion = Static<typeof Deletion>;

/** Answer to a request: 200 with the count alone for a dry run, 202 with the job otherwise. */
export const DeletionAnswer = Type.Object({
  rows: Type.Number({ description: 'streams that ClickHouse has of it now' }),
  deletion: Type.Union([Deletion, Type.Null()]),
});
export type DeletionAnswer = Static<typeof DeletionAnswer>;

export const DeletionParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
export type DeletionParams = Static<typeof DeletionParams>;

/** `project`: only those of this one; absent: of all. */
export const DeletionsQuery = Type.Object({ project: Type.Optional(ProjectName) });
export type DeletionsQuery = Static<typeof DeletionsQuery>;

/** GET /api/v1/deletions: newest first. */
export const DeletionList = Type.Object({ deletions: Type.Array(Deletion) });
export type DeletionList = Static<typeof DeletionList>;
