import {
  CreatedKey,
  defaultProject,
  IngestKey,
  KeyInput,
  KeyList,
  KeyParams,
  KeysQuery,
  type KeyVolume,
  Project,
  ProjectInput,
  ProjectList,
} from '@weir/schemas/api';
import { CollectorError } from '../errors.ts';
import type { KeyRecord, ProjectRecord } from '../keys/key-record.ts';
import { environmentKeyId, type KeyRing } from '../keys/key-ring.ts';
import type { KeyUse } from '../keys/key-use.ts';
import type { Keys } from '../keys/keys.ts';
import { refuseUnknownParameters } from './parameters.ts';
import type { ApiPlugin } from './routes.ts';

const tags = ['keys'];

export interface KeyRouteDependencies {
  readonly keys: Keys;
  readonly ring: Pick<KeyRing, 'isRequired'>;
  readonly use: Pick<KeyUse, 'lastUsedAt'>;
  /** What was received with a key since the start. */
  readonly volumeOf: (keyId: string) => KeyVolume;
  /** Whether WEIR_INGEST_KEY is set. */
  readonly hasEnvironmentKey: boolean;
}

/** Ingest keys and the projects they belong to. They are of the installation: whoever reads the dashboard may see all. */
export function keyRoutes(dependencies: KeyRouteDependencies): ApiPlugin {
  return async (app) => {
    app.addHook('preValidation', refuseUnknownParameters);
    await app.register(projectRoutes(dependencies));
    await app.register(ingestKeyRoutes(dependencies));
  };
}

function projectRoutes({ keys }: KeyRouteDependencies): ApiPlugin {
  return async (app) => {
    app.get(
      '/projects',
      { schema: { tags, summary: 'All projects, `default` first', response: { 200: ProjectList } } },
      async () => {
        const { projects } = keys.snapshot;
        return { projects: [theDefault, ...projects].map((project) => projectAnswer(project, keys)) };
      },
    );

    app.post(
      '/projects',
      { schema: { tags, summary: 'Create a project', body: ProjectInput, response: { 201: Project } } },
      async ({ body: { name } }, reply) => {
        const result = await keys.createProject(name);
        if (result.status === 'full') throw new CollectorError('conflict', result.message);
        if (result.status === 'exists') {
          throw new CollectorError('conflict', `There is a project ${name}. Choose another name.`);
        }
        return reply.code(201).send(projectAnswer(result.project, keys));
      },
    );
  };
}

function ingestKeyRoutes(dependencies: KeyRouteDependencies): ApiPlugin {
  const { keys, ring } = dependencies;
  return async (app) => {
    app.get(
      '/keys',
      {
        schema: {
          tags,
          summary: 'Ingest keys, newest first; of one project, or of all',
          querystring: KeysQuery,
          response: { 200: KeyList },
        },
      },
      async ({ query: { project } }) => {
        const created = keys.snapshot.keys.map((record) => keyAnswer(record, dependencies));
        const all = dependencies.hasEnvironmentKey ? [...created, environmentKey(dependencies)] : created;
        return {
          required: ring.isRequired,
          keys: all.filter((key) => project === undefined || key.project === project),
        };
      },
    );

    app.post(
      '/keys',
      {
        schema: {
          tags,
          summary: 'Create a key; only this answer holds it',
          body: KeyInput,
          response: { 201: CreatedKey },
        },
      },
      async ({ body }, reply) => {
        const result = await keys.create(body);
        if (result.status === 'invalid') throw new CollectorError('invalid-request', result.message);
        if (result.status === 'full') throw new CollectorError('conflict', result.message);
        return reply.code(201).send({ ...keyAnswer(result.record, dependencies), key: result.secret });
      },
    );

    app.delete(
      '/keys/:id',
      {
        schema: {
          tags,
          summary: 'Revoke a key: within seconds no collector takes it any more',
          params: KeyParams,
          response: { 200: IngestKey },
        },
      },
      async ({ params: { id } }) => {
        if (id === environmentKeyId && dependencies.hasEnvironmentKey) {
          throw new CollectorError(
            'conflict',
            'This key is WEIR_INGEST_KEY. Change or remove the variable and start the collector again.',
          );
        }
        const record = await keys.revoke(id);
        if (record !== undefined) return keyAnswer(record, dependencies);
        throw new CollectorError('not-found', `There is no ingest key ${id}. GET /api/v1/keys lists them.`);
      },
    );
  };
}

const theDefault: ProjectRecord = { name: defaultProject, createdAt: 0 };

function projectAnswer({ name, createdAt }: ProjectRecord, { snapshot }: Keys): Project {
  const isUsable = ({ project, revokedAt }: KeyRecord) => project === name && revokedAt === null;
  return {
    name,
    createdAt: createdAt === 0 ? null : isoTime(createdAt),
    keys: snapshot.keys.filter(isUsable).length,
  };
}

function keyAnswer(record: KeyRecord, { use, volumeOf }: KeyRouteDependencies): IngestKey {
  const { id, project, reads, label, hint, origins, spansPerSecond, burstSpans } = record;
  return {
    ...{ id, project, label, hint, reads, source: 'created' },
    createdAt: isoTime(record.createdAt),
    lastUsedAt: lastUse(use, id),
    revokedAt: record.revokedAt === null ? null : isoTime(record.revokedAt),
    ...{ origins, spansPerSecond, burstSpans },
    volume: volumeOf(id),
  };
}

function environmentKey({ use, volumeOf }: KeyRouteDependencies): IngestKey {
  return {
    ...{ id: environmentKeyId, project: defaultProject, label: 'WEIR_INGEST_KEY', hint: '' },
    reads: false,
    source: 'environment',
    ...{ createdAt: null, lastUsedAt: lastUse(use, environmentKeyId), revokedAt: null },
    ...{ origins: [], spansPerSecond: null, burstSpans: null },
    volume: volumeOf(environmentKeyId),
  };
}

const MINUTE_MS = 60_000;

/** To the minute: what other collectors saw is known no more exactly. */
function lastUse(use: KeyRouteDependencies['use'], id: string): string | null {
  const at = use.lastUsedAt(id);
  return at === undefined ? null : isoTime(Math.floor(at / MINUTE_MS) * MINUTE_MS);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
