import { Deletion, DeletionAnswer, DeletionInput, DeletionList, DeletionParams } from '@weir/schemas/api';
import { CollectorError } from '../errors.ts';
import type { Deletions } from '../retention/deletions.ts';
import type { ApiPlugin } from './routes.ts';

const tags = ['retention'];

/** Deleting everything that is stored of one user, session or conversation. */
export function deletionRoutes(deletions: Deletions): ApiPlugin {
  return async (app) => {
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
      { schema: { tags, summary: 'Deletions, newest first', response: { 200: DeletionList } } },
      async () => ({ deletions: deletions.list() }),
    );

    app.get(
      '/deletions/:id',
      { schema: { tags, summary: 'One deletion', params: DeletionParams, response: { 200: Deletion } } },
      async ({ params: { id } }) => {
        const found = deletions.list().find((deletion) => deletion.id === id);
        if (found !== undefined) return found;
        throw new CollectorError('not-found', `There is no deletion ${id}. It may be too long ago.`);
      },
    );
  };
}
