/** A larger body is not looked at: holding it would keep an upload in memory that streams through. */
const longestBody = 16 << 20;

/** What was written to a request: the caller's own strings and buffers, of which nothing is copied until it is asked for. */
export class RequestBodyCopy {
  #chunks: (string | Uint8Array)[] | undefined = [];
  #length = 0;

  /** @param chunk as `write()` and `end()` take it */
  add(chunk: unknown, encoding: unknown): void {
    if (this.#chunks === undefined) return;
    const content = contentOf(chunk, encoding);
    if (content === undefined) return;
    this.#length += content.length;
    if (this.#length > longestBody) this.#chunks = undefined;
    else this.#chunks.push(content);
  }

  /** @returns the body, once; undefined when nothing is known of it. */
  take(): string | Uint8Array | undefined {
    const chunks = this.#chunks ?? [];
    this.#chunks = undefined;
    if (chunks.length < 2) return chunks[0];
    return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)));
  }
}

function contentOf(chunk: unknown, encoding: unknown): string | Uint8Array | undefined {
  if (typeof chunk !== 'string') return chunk instanceof Uint8Array ? chunk : undefined;
  const isText = typeof encoding !== 'string' || /^utf-?8$/i.test(encoding) || !Buffer.isEncoding(encoding);
  return isText ? chunk : Buffer.from(chunk, encoding);
}
