import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDeletionJournal, type StoredDeletion } from './deletion-journal.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-journal-'));
  path = join(directory, 'data', 'deletions.json');
});

afterEach(() => rm(directory, { recursive: true }));

const deletion: StoredDeletion = {
  ...{ id: 'd1', project: 'shop', subject: 'user', subjectId: 'somebody', status: 'waiting', rows: 0 },
  ...{ requestedAt: '2026-03-01T12:00:00.000Z', finishedAt: null, deletedAt: null, reason: null },
};

it('is empty at first', async () => {
  expect(await openDeletionJournal(path).read()).toEqual([]);
});

it('holds what was written last, for its owner alone', async () => {
  await openDeletionJournal(path).write([deletion]);
  expect(await openDeletionJournal(path).read()).toEqual([deletion]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('forgets an id as a file, not only as an entry', async () => {
  const journal = openDeletionJournal(path);
  await journal.write([deletion]);
  await journal.write([{ ...deletion, subjectId: null, status: 'finished' }]);
  expect(await readFile(path, 'utf8')).not.toContain('somebody');
});

it.each(['', '{"a":1}', '[{"id":"d1"}]', '[{'])('is not read when it is damaged: %s', async (text) => {
  await openDeletionJournal(path).write([]);
  await writeFile(path, text);
  await expect(openDeletionJournal(path).read()).rejects.toThrow(
    /deletions\.json is not a list of deletions/,
  );
});
