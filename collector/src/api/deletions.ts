import {
  Deletion,
  DeletionAnswer,
  DeletionInput,
  DeletionList,
  DeletionParams,
  DeletionsQuery,
} from '@weir/schemas/api';
import { CollectorError } from '../errors.ts';
import type { Deletions } from '../retention/deletions.ts';
import { refuseUnknownParameters } from './parameters.ts';
import type { ApiPlugin } from './routes.ts';

const tags = ['retention'];

/** Deleting everything that is stored of one user, session or conversation. */
export function deletionRoutes(deletions: Deletions): ApiPlugin {
  return async (app) => {
    app.addHook('preValidation', refuseUnknownParameters);

    app.post(
      '/deletions',
      {
        schema: {
          tags,
          summary: 'Delete all streams of a user, session or conversation, or count them',
          body: DeletionInput,
          response: { 200: DeletionAnswer, 202: DeletionAnswer },
        },
      },
      async ({ body }, reply) => {
        const { dryRun, ...subject } = body;
        const rows = await deletions.count(subject);
        if (dryRun) return { rows, deletion: null };
        const result = await deletions.request(subject);
        if (result.status === 'accepted') return reply.code(202).send({ rows, deletion: result.deletion });
        throw new CollectorError(
          'conflict',
          `${result.limit} deletions are not finished yet, the most there can be. Ask again in some minutes.`,
        );
      },
    );

    app.get(
      '/deletions',
      {
        schema: {
          tags,
          summary: 'Deletions, newest first; of one project, or of all',
          querystring: DeletionsQuery,
          response: { 200: DeletionList },
        },
      },
      async ({ query }) => ({ deletions: listed(deletions, query) }),
    );

    app.get(
      '/deletions/:id',
      {
        schema: {
          tags,
          summary: 'One deletion',
          params: DeletionParams,
          querystring: DeletionsQuery,
          response: { 200: Deletion },
        },
      },
      async ({ params: { id }, query }) => {
        const found = listed(deletions, query).find((deletion) => deletion.id === id);
        if (found !== undefined) return found;
        throw new CollectorError('not-found', `There is no deletion ${id}. It may be too long ago.`);
      },
    );
  };
}

function listed(deletions: Deletions, { project }: DeletionsQuery): Deletion[] {
  return deletions.list().filter((deletion) => project === undefined || deletion.project === project);
}
