import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

/** Collects the schemas of all routes registered after it. `GET /api/openapi.json` answers them. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Weir',
        description: 'Questions about streams of language models, and alerts on them.',
        version: '1',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'questions', description: 'Figures, series, breakdowns and single streams' },
        { name: 'alerting', description: 'Rules and incidents' },
        { name: 'keys', description: 'Ingest keys and projects' },
        { name: 'pipeline', description: 'The state of Weir itself' },
      ],
    },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
