/** The streams of one request, ready for ClickHouse. */
export interface Batch {
  /** Names the payload, 128 bits in base64url: a request that is sent again has the same. */
  readonly payloadHash: string;
  readonly rows: number;
  /** The key of each row's span, already added to `Sink.spans`. */
  readonly spanKeys: Buffer;
  /** One block in ClickHouse's Native format; blocks in a row are a valid insert. */
  readonly block: Buffer;
  /** Reports of streams that have not ended, in `JSONEachRow`; '' when there is none. */
  readonly openReports: string;
}

/**
 * Why nothing is taken now: `spool_full` it holds as many bytes as it may; `spool_failed` the disk refuses to write (it
 * is full or broken).
 */
export type BusyReason = 'spool_full' | 'spool_failed' | 'stopping';

export interface Busy {
  readonly status: 'busy';
  readonly reason: BusyReason;
  readonly retryAfterSeconds: number;
}

/**
 * `stored`: no crash takes it any more, and it counts once; `isDuplicate` when an identical payload had been stored
 * before. `busy`: not acknowledged, the sender keeps it and sends it again.
 */
export type AppendResult = { readonly status: 'stored'; readonly isDuplicate: boolean } | Busy;

/** Spans that were taken before. */
export interface KnownSpans {
  /** @returns false when the span is known. @param at where its key begins in `bytes` */
  add(bytes: Buffer, at: number): boolean;
  remove(keys: Buffer): void;
}

/** Where received streams go. */
export interface Sink {
  /** Why `append` would take nothing, if so: an early refusal saves both sides the work. */
  refusal(): Busy | undefined;
  readonly spans: KnownSpans;
  /** Call it before anything else can run after the spans of the batch were added to `spans`. */
  append(batch: Batch): Promise<AppendResult>;
}
