import type { Readable } from 'node:stream';
import { cancelled, type Refused, tooLarge } from './refusal.ts';

export interface ReadBodyOptions {
  readonly maxBytes: number;
  /** Told how many bytes have arrived; what it returns ends the reading. */
  readonly onBytes: (bytes: number) => Refused | undefined;
}

export type BodyRead = { readonly status: 'read'; readonly body: Buffer } | Refused;

/** Reads a body to its end, or until there is a reason not to. */
export function readBody(stream: Readable, { maxBytes, onBytes }: ReadBodyOptions): Promise<BodyRead> {
  const { promise, resolve } = Promise.withResolvers<BodyRead>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const settle = (read: BodyRead) => {
    stream.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose);
    resolve(read);
  };
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    const objection = bytes > maxBytes ? tooLarge(maxBytes) : onBytes(bytes);
    if (objection === undefined) chunks.push(chunk);
    else settle(objection);
  };
  const onEnd = () => settle({ status: 'read', body: Buffer.concat(chunks, bytes) });
  const onClose = () => settle(cancelled);
  stream.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose);
  return promise;
}
