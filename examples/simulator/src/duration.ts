const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** A timer set for longer than 2^31 ms fires at once; a day is long enough for any silence. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** `250ms`, `30s`, `1.5m`, or a bare number of milliseconds, up to a day. `undefined` if it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim());
  if (match === null) return undefined;
  const ms = Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1);
  return ms <= LONGEST_MS ? ms : undefined;
}

const SIZES: Readonly<Record<string, number>> = { k: 1024, m: 1024 * 1024 };

/** `1024`, `64k`, `16m`: bytes. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)([km])?$/i.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (SIZES[match[2]?.toLowerCase() ?? ''] ?? 1);
}
