import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface SpoolFile {
  readonly name: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly modifiedAtMs: number;
}

/** A file that grows. */
export interface AppendFile {
  /**
   * Writes one after the other, from the position on; resolves when all of it is with the operating system.
   *
   * @returns how many bytes that were
   */
  write(parts: readonly Buffer[], position: number): Promise<number>;
  /** Resolves when what was written survives a power cut. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** The files of a spool. Whatever creates, renames or removes resolves when a power cut cannot undo it. */
export interface SpoolDirectory {
  list(): Promise<SpoolFile[]>;
  create(name: string): Promise<AppendFile>;
  /** @param into what it is read into if it fits, and else into memory of its own */
  read(name: string, into?: Buffer): Promise<Buffer>;
  remove(name: string): Promise<void>;
  /** Moves a file to where nobody takes it from but the operator. */
  setAside(name: string): Promise<void>;
  /** Keeps bytes there, for the operator. */
  keepAside(name: string, bytes: Buffer): Promise<void>;
  asideFiles(): Promise<SpoolFile[]>;
}

const ASIDE = 'set-aside';

/** @param path created when missing, readable by its owner alone */
export async function openSpoolDirectory(path: string): Promise<SpoolDirectory> {
  const aside = join(path, ASIDE);
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await syncDirectory(path);
  return {
    list: () => filesOf(path),
    async create(name) {
      const file = await open(join(path, name), 'wx', 0o600);
      try {
        await syncDirectory(path);
      } catch (error) {
        await file.close();
        throw error;
      }
      return {
        async write(parts, position) {
          let done = 0;
          for (let rest = parts.filter(({ length }) => length > 0); rest.length > 0; ) {
            const { bytesWritten } = await file.writev(rest, position + done);
            done += bytesWritten;
            // The operating system may take less than it is given, above all when the disk becomes full.
            rest = after(rest, bytesWritten);
          }
          return done;
        },
        sync: () => file.datasync(),
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
      };
    },
    read: (name, into) =>
      into === undefined ? readFile(join(path, name)) : readInto(join(path, name), into),
    async remove(name) {
      await rm(join(path, name), { force: true });
      await syncDirectory(path);
    },
    async setAside(name) {
      await rename(join(path, name), join(aside, name));
      await Promise.all([syncDirectory(aside), syncDirectory(path)]);
    },
    async keepAside(name, bytes) {
      const file = await open(join(aside, name), 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncDirectory(aside);
    },
    asideFiles: () => filesOf(aside),
  };
}

async function readInto(path: string, into: Buffer): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > into.length) return await file.readFile();
    let length = 0;
    while (length < size) {
      const { bytesRead } = await file.read(into, length, size - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return into.subarray(0, length);
  } finally {
    await file.close();
  }
}

function after(parts: readonly Buffer[], bytes: number): Buffer[] {
  let skipped = 0;
  return parts.flatMap((part) => {
    const from = Math.max(0, bytes - skipped);
    skipped += part.length;
    return from >= part.length ? [] : [part.subarray(from)];
  });
}

async function filesOf(path: string): Promise<SpoolFile[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const { size, mtimeMs } = await stat(join(path, name));
      return { name, bytes: size, modifiedAtMs: mtimeMs };
    }),
  );
}

/** Names are durable only when the directory that holds them is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
