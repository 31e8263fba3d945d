/** The streams of one request, ready for ClickHouse. */
export interface Batch {
  /** Names the payload: a request that is sent again has the same. */
  readonly payloadHash: string;
  readonly rows: number;
  /** One block in ClickHouse's Native format; blocks in a row are a valid insert. */
  readonly block: Buffer;
}

/** Why a batch was not taken: `not_ready` ClickHouse does not answer; `queue_full`; `slow` it waited too long. */
export type BusyReason = 'not_ready' | 'queue_full' | 'slow' | 'stopping';

/**
 * `stored`: it is where a crash cannot take it, and counts once; `isDuplicate` when an identical payload had been stored
 * before. `busy`: not acknowledged, the sender keeps it and sends it again. `failed`: it will never be taken.
 */
export type AppendResult =
  | { readonly status: 'stored'; readonly isDuplicate: boolean }
  | { readonly status: 'busy'; readonly reason: BusyReason; readonly retryAfterSeconds: number }
  | { readonly status: 'failed'; readonly message: string };

/** Where received streams go. Everything behind it (ClickHouse at once, or a spool on disk first) is its own affair. */
export interface Sink {
  append(batch: Batch): Promise<AppendResult>;
  /** What waits to be stored. */
  depth(): { readonly batches: number; readonly bytes: number };
  /** Takes nothing more; resolves when what waits is stored or had its last chance. */
  close(): Promise<void>;
}
