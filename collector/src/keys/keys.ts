import { randomBytes } from 'node:crypto';
import { defaultProject, type KeyInput, maxIngestKeys, maxProjects } from '@weir/schemas/api';
import type { BaseLogger } from 'pino';
import { inTurn } from './in-turn.ts';
import type { KeyFile } from './key-file.ts';
import { type KeyRecord, type KeySnapshot, noKeys, type ProjectRecord } from './key-record.ts';
import type { KeyRing } from './key-ring.ts';
import type { KeyStore } from './key-store.ts';
import { pageOrigin } from './page-origin.ts';
import { createSecret, digestOf, hintOf } from './secret.ts';

export interface KeysOptions {
  readonly ring: Pick<KeyRing, 'replace'>;
  readonly store: KeyStore;
  readonly file: Pick<KeyFile, 'write'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  readonly logger: Pick<BaseLogger, 'info' | 'warn'>;
}

export type CreateKeyResult =
  | { readonly status: 'created'; readonly record: KeyRecord; readonly secret: string }
  | { readonly status: 'invalid'; readonly message: string }
  | { readonly status: 'full'; readonly message: string };

export type CreateProjectResult =
  | { readonly status: 'created' | 'exists'; readonly project: ProjectRecord }
  | { readonly status: 'full'; readonly message: string };

/** Created keys and projects: ClickHouse is the truth, the ring and the file are what this collector knows of it. */
export interface Keys {
  /** What was known last. */
  readonly snapshot: KeySnapshot;
  /** Reads again what other collectors may have changed. */
  refresh(): Promise<void>;
  /** Starts from what was known before ClickHouse answers. */
  recall(snapshot: KeySnapshot): void;
  create(input: KeyInput): Promise<CreateKeyResult>;
  /** @returns the key as it is then; undefined when there is none with this id */
  revoke(id: string): Promise<KeyRecord | undefined>;
  createProject(name: string): Promise<CreateProjectResult>;
}

export function createKeys({ ring, store, file, now, logger }: KeysOptions): Keys {
  let snapshot = noKeys;
  // One change or reading at a time: what was read before a change must not undo it in memory.
  const exclusively = inTurn();

  async function adopt(read: KeySnapshot): Promise<void> {
    const next = withNewest(read, snapshot);
    if (JSON.stringify(next) === JSON.stringify(snapshot)) return;
    snapshot = next;
    ring.replace(next.keys);
    await file.write(next).catch((error: unknown) => {
      logger.warn({ err: error }, 'The ingest keys could not be kept on disk; they are read from ClickHouse');
    });
  }

  async function withProject(name: string): Promise<CreateProjectResult> {
    const known = snapshot.projects.find((project) => project.name === name);
    if (name === defaultProject) return { status: 'exists', project: { name, createdAt: 0 } };
    if (known !== undefined) return { status: 'exists', project: known };
    if (snapshot.projects.length + 1 >= maxProjects) {
      return { status: 'full', message: `There are ${maxProjects} projects, the most there can be.` };
    }
    const project = { name, createdAt: now() };
    await store.putProject(project);
    await adopt({ ...snapshot, projects: [...snapshot.projects, project].toSorted(byName) });
    return { status: 'created', project };
  }

  async function makeRoom(): Promise<boolean> {
    if (snapshot.keys.length < maxIngestKeys) return true;
    const oldest = snapshot.keys.findLast(({ revokedAt }) => revokedAt !== null);
    if (oldest === undefined) return false;
    await store.forgetKey(oldest);
    await adopt({ ...snapshot, keys: snapshot.keys.filter((key) => key !== oldest) });
    return true;
  }

  async function createFrom(input: KeyInput, origins: readonly string[]): Promise<CreateKeyResult> {
    await adopt(await store.read());
    const project = await withProject(input.project);
    if (project.status === 'full') return project;
    if (!(await makeRoom())) {
      return {
        status: 'full',
        message: `There are ${maxIngestKeys} keys, the most there can be. Revoke one first.`,
      };
    }
    const secret = createSecret();
    const record = recordOf(secret, input, origins, now());
    await store.putKey(record);
    await adopt({ ...snapshot, keys: [record, ...snapshot.keys] });
    logger.info({ key: record.id, project: record.project }, 'An ingest key was created');
    return { status: 'created', record, secret };
  }

  return {
    get snapshot() {
      return snapshot;
    },
    recall(known) {
      snapshot = known;
      ring.replace(known.keys);
    },
    refresh: () => exclusively(async () => adopt(await store.read())),
    async create(input) {
      if (input.label.trim() === '') return invalid('label: is blank. Say what uses the key.');
      const ofSenders = ['spansPerSecond', 'burstSpans'] as const;
      if (input.reads && (input.origins.length > 0 || ofSenders.some((name) => input[name] !== undefined))) {
        return invalid(
          'reads: a key that reads does not send. Leave out origins, spansPerSecond and burstSpans.',
        );
      }
      const origins = input.origins.map((text) => ({ text, origin: pageOrigin(text) }));
      const wrong = origins.find(({ origin }) => origin === undefined);
      if (wrong !== undefined) {
        return invalid(
          `origins: ${JSON.stringify(wrong.text)} is not the origin of a page. Write it like https://shop.example, without a path; leave origins out to let all pages send.`,
        );
      }
      const known = new Set(origins.flatMap(({ origin }) => (origin === undefined ? [] : [origin])));
      return exclusively(() => createFrom(input, [...known]));
    },
    revoke: (id) =>
      exclusively(async () => {
        await adopt(await store.read());
        const found = snapshot.keys.find((key) => key.id === id);
        if (found === undefined || found.revokedAt !== null) return found;
        const revoked = { ...found, version: found.version + 1, revokedAt: now() };
        await store.putKey(revoked);
        await adopt({ ...snapshot, keys: snapshot.keys.map((key) => (key.id === id ? revoked : key)) });
        logger.info({ key: id, project: found.project }, 'An ingest key was revoked');
        return revoked;
      }),
    createProject: (name) =>
      exclusively(async () => {
        await adopt(await store.read());
        return withProject(name);
      }),
  };
}

const KEY_ID_BYTES = 6;

function recordOf(secret: string, input: KeyInput, origins: readonly string[], at: number): KeyRecord {
  return {
    id: randomBytes(KEY_ID_BYTES).toString('hex'),
    version: 1,
    hash: digestOf(secret).toString('hex'),
    hint: hintOf(secret),
    project: input.project,
    reads: input.reads,
    label: input.label.trim(),
    createdAt: at,
    revokedAt: null,
    origins: [...origins],
    spansPerSecond: input.spansPerSecond ?? null,
    burstSpans: input.burstSpans ?? null,
  };
}

/** A replica may be behind what this collector itself has written: a revoked key does not come back for that time. */
function withNewest(read: KeySnapshot, known: KeySnapshot): KeySnapshot {
  const before = new Map(known.keys.map((key) => [key.id, key]));
  const keys = read.keys.map((key) => {
    const own = before.get(key.id);
    return own !== undefined && own.version > key.version ? own : key;
  });
  return { ...read, keys };
}

function byName(a: ProjectRecord, b: ProjectRecord): number {
  return a.name < b.name ? -1 : 1;
}

function invalid(message: string): CreateKeyResult {
  return { status: 'invalid', message };
}
