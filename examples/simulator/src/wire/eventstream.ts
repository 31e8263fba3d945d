import { crc32 } from 'node:zlib';
import type { Frame } from './frame.ts';

const STRING_HEADER = 7;
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

/**
 * One message of an AWS event stream: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html.
 * A frame of the role `error` becomes an exception, named by its event.
 */
export function encodeMessage({ role, event = '', data }: Frame): Buffer {
  const kind = role === 'error' ? 'exception' : 'event';
  const headers = Buffer.concat([
    header(`:${kind}-type`, event),
    header(':content-type', 'application/json'),
    header(':message-type', kind),
  ]);
  const payload = Buffer.from(data);
  const message = Buffer.alloc(PRELUDE_BYTES + headers.length + payload.length + CHECKSUM_BYTES);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headers.copy(message, PRELUDE_BYTES);
  payload.copy(message, PRELUDE_BYTES + headers.length);
  const end = message.length - CHECKSUM_BYTES;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
}

function header(name: string, value: string): Buffer {
  const size = Buffer.alloc(3);
  size.writeUInt8(STRING_HEADER, 0);
  size.writeUInt16BE(Buffer.byteLength(value), 1);
  return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), size, Buffer.from(value)]);
}
