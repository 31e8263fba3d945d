import type { BodyFault } from '../protocols/protocol.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { crc32 } from './crc32.ts';
import { type EventHeaders, readEventHeaders } from './eventstream-headers.ts';
import type { Framer, FrameSink } from './framer.ts';

const preludeBytes = 12;
const checksumBytes = 4;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * AWS event stream, `application/vnd.amazon.eventstream`:
 * https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html. A message is a prelude (total length, headers
 * length, CRC of both), headers, payload and a CRC of all before it; both CRCs are checked.
 */
export class EventStreamFramer implements Framer {
  readonly document = undefined;
  readonly lastEventId = '';
  readonly #sink: FrameSink;
  readonly #maxFrameBytes: number;
  readonly #pending = new ByteBuffer();
  #broken: BodyFault | undefined;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.#sink = sink;
    this.#maxFrameBytes = maxFrameBytes;
  }

  get broken(): BodyFault | undefined {
    return this.#broken;
  }

  get midFrame(): boolean {
    return this.#pending.size > 0;
  }

  push(bytes: Uint8Array): void {
    if (this.#broken !== undefined || bytes.length === 0) return;
    const isJoined = this.#pending.size > 0;
    if (isJoined) this.#pending.append(bytes);
    const all = isJoined ? this.#pending.view() : bytes;
    const read = this.#readMessages(all);
    if (isJoined && read === 0 && this.#broken === undefined) return;
    const rest = all.slice(read);
    this.#pending.clear();
    if (rest.length > 0 && this.#broken === undefined) this.#pending.append(rest);
  }

  finish(): void {
    // A message without its end cannot be read: `midFrame` says that it is there.
  }

  /** @returns the offset of the first byte that belongs to no complete message. */
  #readMessages(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    while (this.#broken === undefined && bytes.length - start >= preludeBytes) {
      const total = view.getUint32(start);
      this.#broken = this.#preludeFault(view, bytes, start);
      if (this.#broken !== undefined || bytes.length - start < total) break;
      this.#readMessage(view, bytes, start, total);
      start += total;
    }
    return start;
  }

  #preludeFault(view: DataView, bytes: Uint8Array, start: number): BodyFault | undefined {
    if (crc32(bytes, start, start + 8) !== view.getUint32(start + 8)) return 'bad_checksum';
    const total = view.getUint32(start);
    if (preludeBytes + view.getUint32(start + 4) + checksumBytes > total) return 'bad_frame';
    return total > this.#maxFrameBytes ? 'frame_too_large' : undefined;
  }

  #readMessage(view: DataView, bytes: Uint8Array, start: number, total: number): void {
    const end = start + total - checksumBytes;
    if (crc32(bytes, start, end) !== view.getUint32(end)) {
      this.#broken = 'bad_checksum';
      return;
    }
    const payloadStart = start + preludeBytes + view.getUint32(start + 4);
    const headers = readEventHeaders(bytes.subarray(start + preludeBytes, payloadStart));
    if (headers === undefined) {
      this.#broken = 'bad_frame';
      return;
    }
    const payload = this.#decode(bytes.subarray(payloadStart, end));
    if (payload !== undefined) this.#deliver(headers, payload);
  }

  #deliver(headers: EventHeaders, payload: string): void {
    if (headers.messageType === 'exception') this.#sink.failure(headers.exceptionType ?? '', payload);
    else if (headers.messageType === 'error') this.#sink.failure(headers.errorCode ?? '', payload);
    else this.#sink.frame(headers.eventType, payload, true);
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return decoder.decode(bytes);
    } catch {
      this.#broken = 'invalid_utf8';
      return undefined;
    }
  }
}
