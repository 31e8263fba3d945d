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

/** `google.rpc.Status`: the body of every failed answer, https://opentelemetry.io/docs/specs/otlp/#failures */
export function statusBody(encoding: OtlpEncoding, code: number, message: string): Buffer {
  return encoding === 'json' ? Buffer.from(JSON.stringify({ code, message })) : rpcStatus(code, message);
}

/**
 * `google.rpc.Status` in protobuf, with a `google.rpc.RetryInfo` if the request may be repeated.
 *
 * @param code a `google.rpc.Code`
 * @param retryAfterSeconds whole seconds
 */
export function rpcStatus(code: number, message: string, retryAfterSeconds?: number): Buffer {
  const status = [varintField(1, code), textField(2, message)];
  if (retryAfterSeconds !== undefined) {
    const retryInfo = bytesField(1, varintField(1, retryAfterSeconds));
    status.push(bytesField(3, Buffer.concat([textField(1, RETRY_INFO), bytesField(2, retryInfo)])));
  }
  return Buffer.concat(status);
}

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

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
