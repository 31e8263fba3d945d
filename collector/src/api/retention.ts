import {
  ProjectRetention,
  Retention,
  RetentionDays,
  RetentionParams,
  RetentionQuery,
} from '@weir/schemas/api';
import { Type } from 'typebox';
import { CollectorError } from '../errors.ts';
import type { Retention as RetentionJob } from '../retention/retention.ts';
import { refuseUnknownParameters } from './parameters.ts';
import type { ApiPlugin } from './routes.ts';

const tags = ['retention'];
/** As many projects as there can be. */
const MOST_SETTINGS = 1_000;

/** How long each project keeps what, and what was deleted. */
export function retentionRoutes(retention: RetentionJob): ApiPlugin {
  const { settings } = retention;
  return async (app) => {
    app.addHook('preValidation', refuseUnknownParameters);

    app.get(
      '/retention',
      {
        schema: {
          tags,
          summary: 'How long projects keep their streams; one project, or all with days of their own',
          querystring: RetentionQuery,
          response: { 200: Retention },
        },
      },
      async ({ query }) => {
        await settings.refresh();
        const isAsked = ({ project }: ProjectRetention) => [undefined, project].includes(query.project);
        const projects = settings.list().filter(isAsked);
        return { defaults: settings.defaults, projects, state: retention.state() };
      },
    );

    app.put(
      '/retention/:project',
      {
        schema: {
          tags,
          summary: 'Let a project keep its streams for days of its own; what is older is deleted soon',
          params: RetentionParams,
          body: RetentionDays,
          response: { 200: ProjectRetention },
        },
      },
      async ({ params: { project }, body }) => {
        refuseShortRollups(body);
        await settings.refresh();
        const isNew = settings.list().every((known) => known.project !== project);
        if (isNew && settings.list().length >= MOST_SETTINGS) {
          throw new CollectorError(
            'conflict',
            `${MOST_SETTINGS} projects have days of their own, the most there can be.`,
          );
        }
        await settings.put(project, body);
        retention.hurry();
        const stored = settings.list().find((known) => known.project === project);
        if (stored !== undefined) return stored;
        throw new CollectorError(
          'conflict',
          `The days of ${project} were changed by somebody else meanwhile.`,
        );
      },
    );

    app.delete(
      '/retention/:project',
      {
        schema: {
          tags,
          summary: 'Let a project follow the configuration again',
          params: RetentionParams,
          response: { 204: Type.Null() },
        },
      },
      async ({ params: { project } }, reply) => {
        await settings.reset(project);
        retention.hurry();
        return reply.code(204).send(null);
      },
    );
  };
}

/** Long ranges are answered from rollups, so they must not end before the streams do. */
function refuseShortRollups({ rawDays, rollupDays }: RetentionDays): void {
  if (rollupDays >= rawDays) return;
  throw new CollectorError(
    'invalid-request',
    `rollupDays is ${rollupDays} and rawDays is ${rawDays}: rollups are kept at least as long as streams. Raise rollupDays.`,
  );
}
