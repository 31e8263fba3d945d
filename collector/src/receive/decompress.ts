import { promisify } from 'node:util';
import { gunzip, inflate, zstdDecompress } from 'node:zlib';

export type Decompressed =
  | { readonly status: 'ok'; readonly body: Buffer }
  | { readonly status: 'unknown_encoding' }
  | { readonly status: 'too_large' }
  | { readonly status: 'corrupt'; readonly reason: string };

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const byEncoding: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['zstd', promisify(zstdDecompress)],
]);

export function isCompressed(contentEncoding: string | undefined): boolean {
  return contentEncoding !== undefined && contentEncoding !== '' && contentEncoding !== 'identity';
}

/** Undoes `Content-Encoding`, to at most `maxBytes`: a small body that grows without end stops there. */
export async function decompress(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Decompressed> {
  const encoding = contentEncoding?.trim().toLowerCase();
  if (!isCompressed(encoding)) return { status: 'ok', body };
  const run = byEncoding.get(encoding ?? '');
  if (run === undefined) return { status: 'unknown_encoding' };
  try {
    return { status: 'ok', body: await run(body, { maxOutputLength: maxBytes }) };
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return { status: 'too_large' };
    return { status: 'corrupt', reason: error instanceof Error ? error.message : String(error) };
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
