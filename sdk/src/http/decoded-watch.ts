import * as zlib from 'node:zlib';
import type { BodyWatch } from '../fetch/body-watch.ts';

type Decoder = zlib.Gunzip | zlib.Inflate | zlib.BrotliDecompress;

/** A stream is looked at as it comes, and may break off. */
const soFar = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };
const brotliSoFar = {
  flush: zlib.constants.BROTLI_OPERATION_FLUSH,
  finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
};

/**
 * Shows `watch` the content of a body whose bytes are seen as they came over the wire. `fetch` decodes before anybody
 * reads; `node:http` leaves it to the library. What the application reads is not touched.
 */
export function decodedWatch(watch: BodyWatch, contentEncoding: string | undefined): BodyWatch<unknown> {
  const decoder = decoderOf(contentEncoding);
  // What is still being decoded ends the stream by itself.
  let isEnding = false;
  const afterDecoding = (tell: () => void) => {
    isEnding = true;
    if (decoder === undefined) return tell();
    decoder.once('end', tell);
    decoder.end();
  };
  decoder?.on('data', (bytes: Uint8Array) => watch.received(bytes));
  decoder?.on('error', (error) => watch.failed(error));
  return {
    get ended() {
      return isEnding || watch.ended;
    },
    pulled: () => watch.pulled(),
    received(item) {
      const bytes = typeof item === 'string' ? Buffer.from(item) : item;
      if (!(bytes instanceof Uint8Array)) return;
      if (decoder === undefined) watch.received(bytes);
      else decoder.write(bytes);
    },
    released: () => watch.released(),
    finished: () => afterDecoding(() => watch.finished()),
    failed: (error) => afterDecoding(() => watch.failed(error)),
    cancelled: () => watch.cancelled(),
    heldBy: (holder) => watch.heldBy(holder),
  };
}

function decoderOf(contentEncoding: string | undefined): Decoder | undefined {
  switch (contentEncoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip(soFar);
    case 'deflate':
      return zlib.createInflate(soFar);
    case 'br':
      return zlib.createBrotliDecompress(brotliSoFar);
    case 'zstd':
      return 'createZstdDecompress' in zlib ? (zlib.createZstdDecompress() as unknown as Decoder) : undefined;
    default:
      return undefined;
  }
}
