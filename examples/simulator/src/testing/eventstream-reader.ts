import { crc32 } from 'node:zlib';

/** The messages of an AWS event stream, read without any library. */
export interface EventStreamMessages {
  readonly messages: readonly EventStreamMessage[];
  /** Bytes after the last whole message. */
  readonly rest: number;
}

export interface EventStreamMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly checksumsFit: boolean;
}

export function readMessages(bytes: Buffer): EventStreamMessages {
  const messages: EventStreamMessage[] = [];
  let start = 0;
  while (bytes.length - start >= 16 && bytes.length - start >= bytes.readUInt32BE(start)) {
    const message = bytes.subarray(start, start + bytes.readUInt32BE(start));
    messages.push(readMessage(message));
    start += message.length;
  }
  return { messages, rest: bytes.length - start };
}

function readMessage(message: Buffer): EventStreamMessage {
  const payloadStart = 12 + message.readUInt32BE(4);
  const end = message.length - 4;
  const preludeFits = message.readUInt32BE(8) === crc32(message.subarray(0, 8));
  return {
    headers: readHeaders(message.subarray(12, payloadStart)),
    payload: message.toString('utf8', payloadStart, end),
    checksumsFit: preludeFits && message.readUInt32BE(end) === crc32(message.subarray(0, end)),
  };
}

/** Strings, the only kind of value the simulator sends. */
function readHeaders(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + bytes.readUInt16BE(nameEnd + 1);
    headers[bytes.toString('utf8', at + 1, nameEnd)] = bytes.toString('utf8', valueStart, valueEnd);
    at = valueEnd;
  }
  return headers;
}
