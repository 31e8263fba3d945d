import type { Transform } from 'node:stream';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

export type Decompressed =
  | { readonly status: 'ok'; readonly body: Buffer }
  | { readonly status: 'unknown_encoding' }
  | { readonly status: 'too_large' }
  | { readonly status: 'no_room' }
  | { readonly status: 'corrupt'; readonly reason: string };

export interface DecompressLimits {
  readonly maxBytes: number;
  /** Told how many bytes there are so far; false ends it. */
  readonly hasRoom: (bytes: number) => boolean;
}

const options = { chunkSize: 64 << 10 };
const byEncoding: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => createGunzip(options)],
  ['x-gzip', () => createGunzip(options)],
  ['deflate', () => createInflate(options)],
  ['zstd', () => createZstdDecompress(options)],
]);

export function isCompressed(contentEncoding: string | undefined): boolean {
  return contentEncoding !== undefined && contentEncoding !== '' && contentEncoding !== 'identity';
}

/** Undoes `Content-Encoding`, as far as there is room: a small body that grows without end stops there. */
export async function decompress(
  body: Buffer,
  contentEncoding: string | undefined,
  limits: DecompressLimits,
): Promise<Decompressed> {
  const encoding = contentEncoding?.trim().toLowerCase();
  if (!isCompressed(encoding)) return { status: 'ok', body };
  const create = byEncoding.get(encoding ?? '');
  if (create === undefined) return { status: 'unknown_encoding' };
  try {
    return await grow(create().end(body), limits);
  } catch (error) {
    return { status: 'corrupt', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Leaving the loop early frees what the stream holds. */
async function grow(stream: Transform, { maxBytes, hasRoom }: DecompressLimits): Promise<Decompressed> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return { status: 'too_large' };
    if (!hasRoom(bytes)) return { status: 'no_room' };
    chunks.push(chunk);
  }
  return { status: 'ok', body: Buffer.concat(chunks, bytes) };
}
