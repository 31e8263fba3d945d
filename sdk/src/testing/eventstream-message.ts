import { crc32 } from '../framing/crc32.ts';

const encoder = new TextEncoder();

/** @returns one message of an AWS event stream; all headers are strings. */
export function eventStreamMessage(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const headerBytes = Object.entries(headers).flatMap(([name, value]) => {
    const nameBytes = encoder.encode(name);
    const valueBytes = encoder.encode(value);
    return [
      nameBytes.length,
      ...nameBytes,
      7,
      valueBytes.length >> 8,
      valueBytes.length & 255,
      ...valueBytes,
    ];
  });
  const payloadBytes = encoder.encode(payload);
  const message = new Uint8Array(12 + headerBytes.length + payloadBytes.length + 4);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, headerBytes.length);
  view.setUint32(8, crc32(message, 0, 8));
  message.set(headerBytes, 12);
  message.set(payloadBytes, 12 + headerBytes.length);
  view.setUint32(message.length - 4, crc32(message, 0, message.length - 4));
  return message;
}
