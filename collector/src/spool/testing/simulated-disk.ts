import type { AppendFile, SpoolDirectory, SpoolFile } from '../spool-directory.ts';

type Operation = 'create' | 'write' | 'sync' | 'truncate' | 'remove';

export interface SimulatedDisk extends SpoolDirectory {
  /** What a machine finds that starts after a power cut at this moment. */
  afterPowerCut(): SimulatedDisk;
  readonly names: readonly string[];
}

export interface SimulatedDiskOptions {
  /** In [0, 1). */
  readonly random: () => number;
  /** Whether an operation fails as on a disk that is full or broken. */
  readonly fails?: (operation: Operation) => boolean;
  /** Waited for by each sync. */
  readonly onSync?: () => Promise<void>;
  readonly onRemove?: () => void;
  readonly files?: ReadonlyMap<string, Buffer>;
  readonly aside?: ReadonlyMap<string, Buffer>;
}

/** A disk that keeps for sure only what was synced: after a power cut, the rest may be there in part, or be zeros. */
export function simulateDisk(options: SimulatedDiskOptions): SimulatedDisk {
  const { random } = options;
  const written = new Map(options.files);
  const durable = new Map(options.files);
  const aside = new Map(options.aside);

  /** Takes a turn of the event loop, as the operating system would, so that others get theirs. */
  async function operate(operation: Operation): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (options.fails?.(operation)) {
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${operation}`), { code: 'ENOSPC' });
    }
  }

  function put(name: string, bytes: Buffer, position: number): void {
    const old = written.get(name) ?? Buffer.alloc(0);
    const grown = Buffer.alloc(Math.max(old.length, position + bytes.length));
    old.copy(grown);
    bytes.copy(grown, position);
    written.set(name, grown);
  }

  function appendFile(name: string): AppendFile {
    return {
      async write(parts, position) {
        const bytes = Buffer.concat(parts);
        try {
          await operate('write');
        } catch (error) {
          put(name, bytes.subarray(0, Math.floor(random() * bytes.length)), position);
          throw error;
        }
        put(name, bytes, position);
        return bytes.length;
      },
      async sync() {
        await operate('sync');
        await options.onSync?.();
        durable.set(name, Buffer.from(written.get(name) ?? []));
      },
      async truncate(length) {
        await operate('truncate');
        written.set(name, Buffer.from((written.get(name) ?? Buffer.alloc(0)).subarray(0, length)));
      },
      close: async () => undefined,
    };
  }

  /** Each half kilobyte that was not synced is there or not, by chance. */
  function survivor(name: string): Buffer {
    const kept = durable.get(name) ?? Buffer.alloc(0);
    const now = written.get(name) ?? Buffer.alloc(0);
    const length = kept.length + Math.floor(random() * (Math.max(0, now.length - kept.length) + 1));
    const found = Buffer.alloc(length);
    now.copy(found, 0, 0, length);
    kept.copy(found);
    for (let at = kept.length; at < length; at += 512) {
      if (random() < 0.3) found.fill(0, at, Math.min(at + 512, length));
    }
    return found;
  }

  return {
    list: async () => filesOf(written),
    async create(name) {
      await operate('create');
      written.set(name, Buffer.alloc(0));
      durable.set(name, Buffer.alloc(0));
      return appendFile(name);
    },
    read: async (name) => Buffer.from(written.get(name) ?? []),
    async remove(name) {
      await operate('remove');
      options.onRemove?.();
      written.delete(name);
      durable.delete(name);
    },
    async setAside(name) {
      aside.set(name, written.get(name) ?? Buffer.alloc(0));
      written.delete(name);
      durable.delete(name);
    },
    keepAside: async (name, bytes) => void aside.set(name, bytes),
    asideFiles: async () => filesOf(aside),
    afterPowerCut() {
      const files = new Map([...written.keys()].map((name) => [name, survivor(name)]));
      return simulateDisk({ random, files, aside });
    },
    get names() {
      return [...written.keys()];
    },
  };
}

function filesOf(files: ReadonlyMap<string, Buffer>): SpoolFile[] {
  return [...files.keys()]
    .toSorted()
    .map((name) => ({ name, bytes: files.get(name)?.length ?? 0, modifiedAtMs: 0 }));
}
