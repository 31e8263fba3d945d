import type { Deletion } from '@weir/schemas/api';
import type { BaseLogger } from 'pino';
import { deleteRows, type Rewrite } from '../clickhouse/mutations.ts';
import type { Tables } from '../clickhouse/tables.ts';
import { pause } from '../pause.ts';
import { type Repeating, repeat } from '../repeat.ts';
import type { DeletionJournal, StoredDeletion } from './deletion-journal.ts';
import {
  countSubjectRows,
  personalTables,
  type Subject,
  subjectIdRows,
  subjectRows,
} from './subject-rows.ts';

export interface DeletionsOptions {
  readonly tables: Tables;
  readonly journal: DeletionJournal;
  /** Unix milliseconds: what was received before is in ClickHouse. */
  readonly storedUpTo: () => number;
  /** Whether ClickHouse answers now. */
  readonly isReady: () => boolean;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly logger: Pick<BaseLogger, 'info' | 'warn'>;
  /** Default 2. */
  readonly lookEverySeconds?: number;
}

export type RequestResult =
  | { readonly status: 'accepted'; readonly deletion: Deletion }
  | { readonly status: 'too_many'; readonly limit: number };

/** Deletes everything stored of a user, session or conversation, whatever happens in between. */
export interface Deletions {
  /** Streams that ClickHouse has of it now. */
  count(subject: Subject): Promise<number>;
  /** Resolves when the request is on disk; it is carried out in the background. */
  request(subject: Subject): Promise<RequestResult>;
  /** Newest first. */
  list(): Deletion[];
  start(): Promise<void>;
  /** Resolves when nothing is under way any more; the next start goes on. */
  stop(): Promise<void>;
}

/** Carried out together: a hundred cost one rewrite. */
const MOST_UNFINISHED = 100;
const MOST_REMEMBERED = 1_000;

export function createDeletions(options: DeletionsOptions): Deletions {
  const { tables, journal, now, logger, lookEverySeconds = 2 } = options;
  const stopping = new AbortController();
  let all: readonly StoredDeletion[] = [];
  let writing = Promise.resolve();
  let loop: Repeating | undefined;

  /** Changes are written one after the other, each on top of the one before. */
  function change(edit: (deletions: readonly StoredDeletion[]) => readonly StoredDeletion[]): Promise<void> {
    const written = writing.then(async () => {
      const next = edit(all).slice(-MOST_REMEMBERED);
      await journal.write(next);
      all = next;
    });
    writing = written.catch(() => undefined);
    return written;
  }

  function update(ids: readonly string[], changes: Partial<StoredDeletion>): Promise<void> {
    return change((deletions) =>
      deletions.map((deletion) => (ids.includes(deletion.id) ? { ...deletion, ...changes } : deletion)),
    );
  }

  async function look(): Promise<void> {
    if (!options.isReady()) return;
    const waiting = all.filter(isWaiting);
    try {
      const due = waiting.filter(({ requestedAt }) => Date.parse(requestedAt) < options.storedUpTo());
      if (due.length > 0) await carryOut(due);
      await finish(all.filter(({ status }) => status === 'clearing'));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (waiting.some((deletion) => deletion.reason === null)) {
        logger.warn(`Deleting data of users failed, trying on: ${reason}`);
      }
      await update(
        waiting.map(({ id }) => id),
        { reason },
      ).catch(() => undefined);
    }
  }

  async function carryOut(due: readonly StoredDeletion[]): Promise<void> {
    const ids = due.map(({ id }) => id);
    await update(ids, { status: 'deleting' });
    const subjects = due.flatMap((deletion) => subjectOf(deletion));
    const rows = await Promise.all(subjects.map((subject) => countSubjectRows(tables, subject)));
    await rewrite({ table: 'stream_ids', ...(await subjectIdRows(tables, subjects)) });
    for (const { name, kind } of await personalTables(tables)) {
      await rewrite({ table: name, ...subjectRows(subjects, kind) });
    }
    const deletedAt = new Date(now()).toISOString();
    for (const [index, { id, project, subject }] of due.entries()) {
      const deleted = {
        rows: rows[index] ?? 0,
        status: 'clearing',
        subjectId: null,
        deletedAt,
        reason: null,
      } as const;
      await update([id], deleted);
      // Who was deleted is what nobody may know any more.
      logger.info(`Deletion ${id}: deleted ${deleted.rows} rows of one ${subject} in project ${project}`);
    }
  }

  async function rewrite(without: Rewrite): Promise<void> {
    if (without.deletions.length === 0) return;
    const result = await deleteRows(tables, without, { delay: pause, signal: stopping.signal });
    if (result.status !== 'done') throw new Error(result.reason);
  }

  async function finish(clearing: readonly StoredDeletion[]): Promise<void> {
    if (clearing.length === 0) return;
    const oldest = await oldestDiscardedMs(tables);
    const gone = clearing.filter(
      ({ deletedAt }) => oldest === undefined || oldest > Date.parse(deletedAt ?? ''),
    );
    if (gone.length === 0) return;
    const finishedAt = new Date(now()).toISOString();
    await update(
      gone.map(({ id }) => id),
      { status: 'finished', finishedAt },
    );
    for (const { id } of gone) logger.info(`Deletion ${id}: finished, the files from before are gone`);
  }

  return {
    count: (subject) => countSubjectRows(tables, subject),
    async request(subject) {
      if (all.filter(({ status }) => status !== 'finished').length >= MOST_UNFINISHED) {
        return { status: 'too_many', limit: MOST_UNFINISHED };
      }
      const deletion = requestOf(options.newId(), subject, now());
      await change((deletions) => [...deletions, deletion]);
      logger.info(
        `Deletion ${deletion.id}: requested for one ${subject.subject} in project ${subject.project}`,
      );
      loop?.wake();
      return { status: 'accepted', deletion: shown(deletion) };
    },
    list: () => all.map(shown).toReversed(),
    async start() {
      all = await journal.read();
      loop ??= repeat(look, { everySeconds: lookEverySeconds, delay: pause });
    },
    async stop() {
      stopping.abort();
      await loop?.stop();
      await writing;
    },
  };
}

/** One that was cut off while it was carried out is carried out again. */
function isWaiting({ status }: StoredDeletion): boolean {
  return status === 'waiting' || status === 'deleting';
}

function requestOf(id: string, { project, subject, id: subjectId }: Subject, nowMs: number): StoredDeletion {
  return {
    ...{ id, project, subject, subjectId },
    requestedAt: new Date(nowMs).toISOString(),
    status: 'waiting',
    rows: 0,
    finishedAt: null,
    deletedAt: null,
    reason: null,
  };
}

function subjectOf({ project, subject, subjectId }: StoredDeletion): Subject[] {
  return subjectId === null ? [] : [{ project, subject, id: subjectId }];
}

function shown({ subjectId: _, deletedAt: __, ...deletion }: StoredDeletion): Deletion {
  return deletion;
}

/**
 * When the oldest of the files was discarded that ClickHouse still holds; it does so for 8 minutes, and removes them
 * within some more.
 *
 * @returns Unix milliseconds; undefined when it holds none
 */
async function oldestDiscardedMs(tables: Tables): Promise<number | undefined> {
  const answer = await tables.client().query({
    query: `SELECT toFloat64(minOrNull(toUnixTimestamp(remove_time))) * 1000 AS oldest
            FROM ${tables.system('parts')}
            WHERE database = currentDatabase() AND table IN {names:Array(String)} AND NOT active`,
    query_params: { names: (await personalTables(tables)).map(({ name }) => name) },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ oldest: number | null }>();
  return row?.oldest ?? undefined;
}
