/** Reading of parsed JSON of unknown shape: each function answers undefined where the shape is another. */
export type JsonObject = { readonly [key: string]: unknown };

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @returns a string that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @returns a count: a whole number that is not negative. Some providers send counts as doubles (`6.0`). */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function parseJson(text: string): { status: 'ok'; value: unknown } | { status: 'malformed' } {
  try {
    return { status: 'ok', value: JSON.parse(text) };
  } catch {
    return { status: 'malformed' };
  }
}
