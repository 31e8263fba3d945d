import type { BodyFault } from '../protocols/protocol.ts';
import { createByteBuffer } from './byte-buffer.ts';
import { crc32 } from './crc32.ts';
import { type EventHeaders, readEventHeaders } from './eventstream-headers.ts';
import type { Framer, FrameSink } from './framer.ts';

const preludeBytes = 12;
const checksumBytes = 4;

/**
 * AWS event stream, `application/vnd.amazon.eventstream`:
 * https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html. A message is a prelude (total length, headers
 * length, CRC of both), headers, payload and a CRC of all before it; both CRCs are checked.
 */
export function createEventStreamFramer(sink: FrameSink, maxFrameBytes: number): Framer {
  const pending = createByteBuffer();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let broken: BodyFault | undefined;

  /** @returns the offset of the first byte that belongs to no complete message. */
  function readMessages(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    while (broken === undefined && bytes.length - start >= preludeBytes) {
      const total = view.getUint32(start);
      broken = preludeFault(view, bytes, start);
      if (broken !== undefined || bytes.length - start < total) break;
      readMessage(view, bytes, start, total);
      start += total;
    }
    return start;
  }

  function preludeFault(view: DataView, bytes: Uint8Array, start: number): BodyFault | undefined {
    if (crc32(bytes, start, start + 8) !== view.getUint32(start + 8)) return 'bad_checksum';
    const total = view.getUint32(start);
    if (preludeBytes + view.getUint32(start + 4) + checksumBytes > total) return 'bad_frame';
    return total > maxFrameBytes ? 'frame_too_large' : undefined;
  }

  function readMessage(view: DataView, bytes: Uint8Array, start: number, total: number): void {
    const end = start + total - checksumBytes;
    if (crc32(bytes, start, end) !== view.getUint32(end)) {
      broken = 'bad_checksum';
      return;
    }
    const payloadStart = start + preludeBytes + view.getUint32(start + 4);
    const headers = readEventHeaders(bytes.subarray(start + preludeBytes, payloadStart));
    if (headers === undefined) {
      broken = 'bad_frame';
      return;
    }
    const payload = decode(bytes.subarray(payloadStart, end));
    if (payload !== undefined) deliver(headers, payload);
  }

  function deliver(headers: EventHeaders, payload: string): void {
    if (headers.messageType === 'exception') sink.failure(headers.exceptionType ?? '', payload);
    else if (headers.messageType === 'error') sink.failure(headers.errorCode ?? '', payload);
    else sink.frame(headers.eventType, payload, true);
  }

  function decode(bytes: Uint8Array): string | undefined {
    try {
      return decoder.decode(bytes);
    } catch {
      broken = 'invalid_utf8';
      return undefined;
    }
  }

  return {
    get broken() {
      return broken;
    },
    get midFrame() {
      return pending.size > 0;
    },
    document: undefined,
    lastEventId: '',
    push(bytes) {
      if (broken !== undefined || bytes.length === 0) return;
      const joined = pending.size > 0;
      if (joined) pending.append(bytes);
      const all = joined ? pending.view() : bytes;
      const read = readMessages(all);
      if (joined && read === 0) return;
      const rest = all.slice(read);
      pending.clear();
      if (rest.length > 0 && broken === undefined) pending.append(rest);
    },
    finish() {
      // A message without its end cannot be read: `midFrame` says that it is there.
    },
  };
}
