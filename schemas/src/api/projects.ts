import { type Static, Type } from 'typebox';

/** The project of everything that names none; it is always there. */
export const defaultProject = 'default';

/** Projects there can be, `default` among them. */
export const maxProjects = 100;

export const projectNamePattern = '^[a-z0-9][a-z0-9_-]{0,31}$';

/** Name of a project: what one ingest key sends is stored apart from what the keys of other projects send. */
export const ProjectName = Type.String({
  pattern: projectNamePattern,
  description: '1 to 32 of a-z, 0-9, - and _, beginning with a letter or digit',
});

/** Part of every question: an answer is about one project and says nothing of others. */
export const ProjectQuery = Type.Object({
  project: Type.Optional(Type.String({ ...ProjectName, default: defaultProject })),
});
export type ProjectQuery = Static<typeof ProjectQuery>;

export const Project = Type.Object({
  name: Type.String(),
  createdAt: Type.Union([Type.String(), Type.Null()], { description: 'null for `default`' }),
  keys: Type.Integer({ description: 'ingest keys that are not revoked' }),
});
export type Project = Static<typeof Project>;

/** GET /api/v1/projects: all of them, `default` first. POST takes a `ProjectInput` and answers a `Project`. */
export const ProjectList = Type.Object({ projects: Type.Array(Project) });
export type ProjectList = Static<typeof ProjectList>;

export const ProjectInput = Type.Object({ name: ProjectName }, { additionalProperties: false });
export type ProjectInput = Static<typeof ProjectInput>;
