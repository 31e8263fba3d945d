import { decodeRecords, recordParts, type SpoolRecord, seedOf } from './record.ts';
import type { AppendFile, SpoolDirectory } from './spool-directory.ts';

/** What is remembered of a request whose rows are in ClickHouse: a record without its block. */
export type SeenRecord = Pick<SpoolRecord, 'payloadHash' | 'spanKeys' | 'rows'>;

export interface SeenJournal {
  /** Resolves when the records survive a power cut. */
  append(records: readonly SeenRecord[]): Promise<void>;
  readonly bytes: number;
  close(): Promise<void>;
}

export interface SeenJournalOptions {
  readonly directory: SpoolDirectory;
  /** A name that no file ever had, sorted after every earlier one. */
  readonly newName: () => string;
  /** Spans and payloads that are worth remembering: files older than that are removed. */
  readonly spans: number;
  readonly payloads: number;
  /** Called with what earlier processes left, oldest first. */
  readonly onSeen: (record: SeenRecord) => void;
}

export const SEEN_SUFFIX = '.seen';

const NO_BLOCK = Buffer.alloc(0);

interface JournalFile {
  readonly name: string;
  readonly file: AppendFile;
  length: number;
  spans: number;
  payloads: number;
}

/**
 * The payloads and spans of segments that are deleted, so that a sender's repetition is recognised after a restart, and
 * while ClickHouse is away. Of the files, the newest is written to, and the one before is kept until the newest alone
 * holds as much as is remembered.
 */
export async function openSeenJournal(options: SeenJournalOptions): Promise<SeenJournal> {
  const { directory } = options;
  const left = await leftRecords(options);
  for (const record of left.records) options.onSeen(record);
  let previous: JournalFile | undefined;
  let current = await createFile();
  let last: Promise<unknown> = Promise.resolve();
  await append(left.records);
  for (const name of left.names) await directory.remove(name);

  async function createFile(): Promise<JournalFile> {
    const name = options.newName();
    return { name, file: await directory.create(name), length: 0, spans: 0, payloads: 0 };
  }

  /** One after the other: each begins where the one before ended. */
  function append(records: readonly SeenRecord[]): Promise<void> {
    const appended = last.then(() => write(records));
    last = appended.catch(() => undefined);
    return appended;
  }

  async function write(records: readonly SeenRecord[]): Promise<void> {
    if (records.length === 0) return;
    const isFull = current.spans >= options.spans || current.payloads >= options.payloads;
    if (isFull) await roll();
    const seed = seedOf(current.name);
    const parts = records.flatMap((record) => recordParts({ ...record, block: NO_BLOCK }, seed));
    // A write that fails is overwritten by the next; what is left of it behind that is damaged, and read over.
    const length = await current.file.write(parts, current.length);
    await current.file.sync();
    current.length += length;
    current.payloads += records.length;
    for (const { rows } of records) current.spans += rows;
  }

  async function roll(): Promise<void> {
    const next = await createFile();
    const dropped = previous;
    previous = current;
    current = next;
    await previous.file.close();
    if (dropped !== undefined) await directory.remove(dropped.name);
  }

  return {
    append,
    get bytes() {
      return current.length + (previous?.length ?? 0);
    },
    close: () => current.file.close(),
  };
}

/** The newest records that fit into the windows, and all files they are from. */
async function leftRecords({ directory, spans, payloads }: SeenJournalOptions) {
  const names = (await directory.list()).map(({ name }) => name).filter((name) => name.endsWith(SEEN_SUFFIX));
  const records: SeenRecord[] = [];
  let rest = spans;
  for (const name of names.toReversed()) {
    const contents = decodeRecords(await directory.read(name), seedOf(name));
    for (const record of contents.records.toReversed()) {
      if (rest <= 0 || records.length >= payloads) break;
      records.push(record);
      rest -= record.rows;
    }
  }
  return { names, records: records.reverse() };
}
