/** The two encodings of OTLP/HTTP. A response is in the encoding of its request. */
export type OtlpEncoding = 'protobuf' | 'json';

export const contentTypes: { readonly [E in OtlpEncoding]: string } = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** @returns undefined for anything else, or nothing */
export function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const essence = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (essence === contentTypes.protobuf) return 'protobuf';
  return essence === contentTypes.json ? 'json' : undefined;
}

/** `google.rpc.Code` of an HTTP status. */
const rpcCodes: { readonly [status: number]: number } = {
  400: 3,
  401: 16,
  405: 12,
  413: 8,
  415: 3,
  503: 14,
};
const RPC_INTERNAL = 13;

/** `google.rpc.Status`: the body of every failed answer, https://opentelemetry.io/docs/specs/otlp/#failures */
export function statusBody(encoding: OtlpEncoding, httpStatus: number, message: string): Buffer {
  const code = rpcCodes[httpStatus] ?? RPC_INTERNAL;
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([varintField(1, code), textField(2, message)]);
}

/**
 * `ExportTraceServiceResponse`. Nothing rejected: `partial_success` is unset, which makes the protobuf body empty.
 * https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
export function exportResponse(encoding: OtlpEncoding, rejectedSpans: number, errorMessage: string): Buffer {
  if (rejectedSpans === 0) return Buffer.from(encoding === 'json' ? '{}' : '');
  if (encoding === 'json') {
    // 64-bit integers are text in protobuf's JSON.
    const partialSuccess = { rejectedSpans: String(rejectedSpans), errorMessage };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  return bytesField(1, Buffer.concat([varintField(1, rejectedSpans), textField(2, errorMessage)]));
}

function varintField(number: number, value: number): Buffer {
  return Buffer.from([number << 3, ...varint(value)]);
}

function textField(number: number, value: string): Buffer {
  return bytesField(number, Buffer.from(value));
}

function bytesField(number: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(value.length)]), value]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}
