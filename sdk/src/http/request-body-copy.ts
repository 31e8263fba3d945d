/** A larger body is not looked at: holding it would keep an upload in memory that streams through. */
const longestBytes = 16 << 20;

/** What was written to a request: references to the caller's own chunks, nothing copied until it is asked for. */
export class RequestBodyCopy {
  #chunks: Buffer[] | undefined = [];
  #bytes = 0;

  /** @param chunk as `write()` and `end()` take it */
  add(chunk: unknown, encoding: unknown): void {
    const bytes = bytesOf(chunk, encoding);
    if (bytes === undefined || this.#chunks === undefined) return;
    this.#bytes += bytes.length;
    if (this.#bytes > longestBytes) this.#chunks = undefined;
    else this.#chunks.push(bytes);
  }

  /** @returns undefined when nothing is known of the body. */
  take(): Buffer | undefined {
    const chunks = this.#chunks ?? [];
    this.#chunks = undefined;
    return chunks.length === 1 ? chunks[0] : chunks.length === 0 ? undefined : Buffer.concat(chunks);
  }
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === 'string') {
    return Buffer.from(
      chunk,
      typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8',
    );
  }
  if (!(chunk instanceof Uint8Array)) return undefined;
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
