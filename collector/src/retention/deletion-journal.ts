import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Deletion } from '@weir/schemas/api';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { ConfigError } from '../config.ts';

/** A deletion as it is kept: with the id until it is carried out, and without it afterwards. */
export const StoredDeletion = Type.Object({
  ...Deletion.properties,
  subjectId: Type.Union([Type.String(), Type.Null()]),
  deletedAt: Type.Union([Type.String(), Type.Null()], {
    description: 'when ClickHouse had rewritten its files',
  }),
});
export type StoredDeletion = Static<typeof StoredDeletion>;

export interface DeletionJournal {
  /**
   * Oldest first.
   *
   * @throws ConfigError when the file is damaged: forgetting what was promised would be worse than not starting
   */
  read(): Promise<StoredDeletion[]>;
  /** Resolves when it is on disk. */
  write(deletions: readonly StoredDeletion[]): Promise<void>;
}

const Contents = Type.Array(StoredDeletion);

/** One small file, readable by its owner alone, replaced as a whole. It is not in ClickHouse, which forgets slowly. */
export function openDeletionJournal(path: string): DeletionJournal {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '[]';
        throw error;
      });
      const contents = parsed(text);
      if (Check(Contents, contents)) return contents;
      throw new ConfigError(
        `${path} is not a list of deletions. Restore it, or remove it and request the deletions again.`,
      );
    },
    async write(deletions) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(deletions, undefined, 1)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
