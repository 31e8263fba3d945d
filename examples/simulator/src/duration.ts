const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `250ms`, `30s`, `1.5m`, or a bare number of milliseconds. `undefined` if it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1);
}

const SIZES: Readonly<Record<string, number>> = { k: 1024, m: 1024 * 1024 };

/** `1024`, `64k`, `16m`: bytes. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)([km])?$/i.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (SIZES[match[2]?.toLowerCase() ?? ''] ?? 1);
}
