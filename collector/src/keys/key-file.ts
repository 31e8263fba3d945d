import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Check, Default } from 'typebox/value';
import { KeySnapshot } from './key-record.ts';

/**
 * What a collector last knew of keys, so that it takes spans right after a start and while ClickHouse is away. It holds
 * hashes and no keys.
 */
export interface KeyFile {
  read(): Promise<ReadKeyFile>;
  write(snapshot: KeySnapshot): Promise<void>;
}

export type ReadKeyFile =
  | { readonly status: 'read'; readonly snapshot: KeySnapshot }
  | { readonly status: 'absent' }
  | { readonly status: 'damaged'; readonly reason: string };

/** Whoever may read the file learns who sends, so only its owner may. */
const OWNER_ONLY = 0o600;

/** `ingest-keys.json` in the data directory. */
export function keyFileIn(dataDir: string): KeyFile & { readonly path: string } {
  const path = join(dataDir, 'ingest-keys.json');
  return {
    path,
    async read() {
      try {
        return decoded(await readFile(path, 'utf8'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { status: 'absent' };
        return { status: 'damaged', reason: error instanceof Error ? error.message : String(error) };
      }
    },
    // The name always stands for a whole file, whenever the power goes.
    async write(snapshot) {
      const temporary = `${path}.new`;
      const file = await open(temporary, 'w', OWNER_ONLY);
      try {
        await file.writeFile(JSON.stringify(snapshot));
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    },
  };
}

function decoded(text: string): ReadKeyFile {
  const snapshot: unknown = Default(KeySnapshot, JSON.parse(text));
  if (Check(KeySnapshot, snapshot)) return { status: 'read', snapshot };
  return { status: 'damaged', reason: 'it holds something else than keys' };
}
