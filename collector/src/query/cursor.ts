/** The last row of a page: the next page holds what comes after it. */
export interface StreamPosition {
  /** Unix milliseconds. */
  readonly endedAtMs: number;
  readonly traceId: string;
  readonly spanId: string;
}

const POSITION = /^(\d{1,15})\.([0-9a-f]{32})\.([0-9a-f]{16})$/;

/** Opaque to clients, so that what it holds may change. */
export function encodeCursor(position: StreamPosition): string {
  const text = `${position.endedAtMs}.${position.traceId}.${position.spanId}`;
  return Buffer.from(text, 'latin1').toString('base64url');
}

/** @returns `undefined` for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): StreamPosition | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, endedAtMs, traceId, spanId] = POSITION.exec(text) ?? [];
  if (endedAtMs === undefined || traceId === undefined || spanId === undefined) return undefined;
  return { endedAtMs: Number(endedAtMs), traceId, spanId };
}
