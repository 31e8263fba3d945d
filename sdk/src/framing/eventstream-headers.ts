/** The headers of an AWS event stream message that say what it is. */
export interface EventHeaders {
  messageType?: string;
  eventType?: string;
  exceptionType?: string;
  errorCode?: string;
}

const stringType = 7;
const byteArrayType = 6;
/** Bytes of a value by its type: true, false, byte, short, int, long, (byte array, string,) timestamp, UUID. */
const fixedLengths: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

const decoder = new TextDecoder();

/** @returns undefined if the bytes are not a well-formed list of headers. */
export function readEventHeaders(bytes: Uint8Array): EventHeaders | undefined {
  const headers: EventHeaders = {};
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd];
    const extent = type === undefined ? undefined : valueExtent(bytes, nameEnd + 1, type);
    if (extent === undefined || extent.end > bytes.length) return undefined;
    if (type === stringType) {
      const name = decoder.decode(bytes.subarray(at + 1, nameEnd));
      keep(headers, name, decoder.decode(bytes.subarray(extent.start, extent.end)));
    }
    at = extent.end;
  }
  return headers;
}

function valueExtent(
  bytes: Uint8Array,
  at: number,
  type: number,
): { start: number; end: number } | undefined {
  if (type === stringType || type === byteArrayType) {
    const high = bytes[at];
    const low = bytes[at + 1];
    if (high === undefined || low === undefined) return undefined;
    return { start: at + 2, end: at + 2 + high * 256 + low };
  }
  const length = fixedLengths[type];
  return length === undefined ? undefined : { start: at, end: at + length };
}

function keep(headers: EventHeaders, name: string, value: string): void {
  if (name === ':message-type') headers.messageType = value;
  else if (name === ':event-type') headers.eventType = value;
  else if (name === ':exception-type') headers.exceptionType = value;
  else if (name === ':error-code') headers.errorCode = value;
}
