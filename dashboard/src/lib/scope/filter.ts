/** One filter, as the API takes it: `dimension:value`, with a leading `!` to exclude. */
export interface Filter {
  readonly dimension: string;
  readonly value: string;
  readonly exclude: boolean;
}

export const maxFilters = 32;

/** @returns the filter, or undefined when the text is none. The value may itself contain colons. */
export function parseFilter(text: string): Filter | undefined {
  const exclude = text.startsWith('!');
  const body = exclude ? text.slice(1) : text;
  const colon = body.indexOf(':');
  if (colon <= 0) return undefined;
  return { dimension: body.slice(0, colon), value: body.slice(colon + 1), exclude };
}

export function formatFilter({ dimension, value, exclude }: Filter): string {
  return `${exclude ? '!' : ''}${dimension}:${value}`;
}

export function sameSubject(a: Filter, b: Filter): boolean {
  return a.dimension === b.dimension && a.value === b.value;
}

/** Adds a filter; the opposite one for the same value is replaced. Beyond `maxFilters` nothing is added. */
export function withFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  const others = filters.filter((filter) => !sameSubject(filter, added));
  return others.length < maxFilters ? [...others, added] : filters;
}

export function withoutFilter(filters: readonly Filter[], removed: Filter): readonly Filter[] {
  return filters.filter((filter) => !sameSubject(filter, removed));
}

/** Adds a filter that is not there, removes one that is: what a click on a bar does. */
export function toggleFilter(filters: readonly Filter[], toggled: Filter): readonly Filter[] {
  return filters.some((filter) => sameSubject(filter, toggled) && filter.exclude === toggled.exclude)
    ? withoutFilter(filters, toggled)
    : withFilter(filters, toggled);
}
