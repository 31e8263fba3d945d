import { type Static, Type } from 'typebox';
import { ProjectName } from './projects.ts';

export const maxRetentionDays = 3_650;

const days = { minimum: 1, maximum: maxRetentionDays };

/** For how many days after its end a stream is kept. Both are kept by whole partitions: a day, older rollups a month. */
export const RetentionDays = Type.Object(
  {
    rawDays: Type.Integer({ ...days, description: 'each stream by itself' }),
    rollupDays: Type.Integer({ ...days, description: 'what is counted from streams; at least `rawDays`' }),
  },
  { additionalProperties: false },
);
export type RetentionDays = Static<typeof RetentionDays>;

/** PUT and DELETE /api/v1/retention/{project}: its own days, and those of the configuration again. */
export const RetentionParams = Type.Object({ project: ProjectName });
export type RetentionParams = Static<typeof RetentionParams>;

export const ProjectRetention = Type.Object({
  project: Type.String(),
  ...RetentionDays.properties,
  updatedAt: Type.String(),
});
export type ProjectRetention = Static<typeof ProjectRetention>;

/** One pass over what is stored. */
export const RetentionRun = Type.Object({
  startedAt: Type.String(),
  seconds: Type.Number(),
  status: Type.Union([Type.Literal('done'), Type.Literal('more'), Type.Literal('failed')], {
    description: '`more`: it did as much as one run may, and the next follows at once',
  }),
  rowsDeleted: Type.Number(),
  partitionsDropped: Type.Number({ description: 'whole partitions, of which nothing had to be rewritten' }),
  reason: Type.Union([Type.String(), Type.Null()], { description: 'why it failed' }),
});
export type RetentionRun = Static<typeof RetentionRun>;

/** What retention did since the collector started. */
export const RetentionState = Type.Object({
  lastRun: Type.Union([RetentionRun, Type.Null()]),
  rowsDeleted: Type.Number(),
  postponed: Type.Number({ description: 'times it waited for streams to be loaded first' }),
});
export type RetentionState = Static<typeof RetentionState>;

/** `project`: only the days of this one; absent: of all. */
export const RetentionQuery = Type.Object({ project: Type.Optional(ProjectName) });
export type RetentionQuery = Static<typeof RetentionQuery>;

/** GET /api/v1/retention */
export const Retention = Type.Object({
  defaults: RetentionDays,
  projects: Type.Array(ProjectRetention, { description: 'those with days of their own' }),
  state: RetentionState,
});
export type Retention = Static<typeof Retention>;
