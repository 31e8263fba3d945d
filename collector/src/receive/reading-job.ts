import type { OtlpEncoding } from './otlp-encoding.ts';
import type { ReadRequest } from './read-request.ts';

/** A body for a reading thread; its memory is handed over. */
export interface ReadingJob {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoding: OtlpEncoding;
  readonly project: string;
  /** When the request came, Unix milliseconds. */
  readonly receivedAtMs: number;
  /** How long streams of the project are kept. */
  readonly maxAgeMs: number;
}

export interface ReadingAnswer {
  readonly number: number;
  /** Of the job, given back. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly result: ReadRequest | { readonly status: 'failed'; readonly error: unknown };
}

/** The bytes in memory that can be handed over to another thread; copied when they share theirs with others. */
export function transferable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  const isAlone = buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === byteLength;
  return isAlone ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

export function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer<ArrayBuffer> {
  return Buffer.from(buffer, byteOffset, byteLength);
}
