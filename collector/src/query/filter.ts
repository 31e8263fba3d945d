import { type DimensionSql, resolveDimension } from './dimension.ts';
import { joined, type Sql, sql } from './sql.ts';

/** A dimension narrowed to some values, or to all but some. */
export interface Filter {
  readonly dimension: DimensionSql;
  readonly values: readonly string[];
  readonly excludes: boolean;
}

export type ParsedFilters =
  | { readonly status: 'ok'; readonly filters: readonly Filter[] }
  | {
      readonly status: 'invalid';
      readonly code: 'invalid-filter' | 'unknown-dimension';
      readonly message: string;
    };

/** More than any panel or rule sets; each costs a condition on every row. */
const MAX_FILTERS = 32;
const MAX_LENGTH = 1_000;

/**
 * Reads `dimension:value`; a leading `!` excludes. Values of one dimension are alternatives, dimensions narrow.
 *
 * @param texts as in the `filter` parameter and in `RuleInput.filters`
 */
export function parseFilters(texts: readonly string[]): ParsedFilters {
  if (texts.length > MAX_FILTERS) {
    return invalid(`There are ${texts.length} filters; use at most ${MAX_FILTERS}.`);
  }
  const merged = new Map<string, Filter>();
  for (const text of texts) {
    const read = parseFilter(text);
    if (read.status === 'invalid') return read;
    const { dimension, values, excludes } = read.filter;
    const place = `${excludes ? '!' : ''}${dimension.name}`;
    const before = merged.get(place)?.values ?? [];
    merged.set(place, { dimension, values: [...new Set([...before, ...values])], excludes });
  }
  return { status: 'ok', filters: [...merged.values()] };
}

function parseFilter(text: string) {
  if (text.length > MAX_LENGTH) {
    return invalid(`A filter of ${text.length} characters is too long; use at most ${MAX_LENGTH}.`);
  }
  const excludes = text.startsWith('!');
  const body = excludes ? text.slice(1) : text;
  const colon = body.indexOf(':');
  if (colon <= 0 || colon === body.length - 1) {
    return invalid(
      `The filter ${JSON.stringify(text)} is not of the form dimension:value, as in model:gpt-5 or !network:wifi.`,
    );
  }
  const resolved = resolveDimension(body.slice(0, colon));
  if (resolved.status === 'unknown') {
    return { status: 'invalid', code: 'unknown-dimension', message: resolved.message } as const;
  }
  const { dimension } = resolved;
  const value = body.slice(colon + 1);
  const objection = dimension.objection(value);
  if (objection !== undefined) {
    return invalid(`The filter ${JSON.stringify(text)} cannot match: ${objection}.`);
  }
  return { status: 'ok', filter: { dimension, values: [value], excludes } } as const;
}

/** True for the rows that pass all filters. */
export function filtersCondition(filters: readonly Filter[]): Sql {
  const conditions = filters.map(({ dimension, values, excludes }) =>
    excludes ? sql`NOT (${dimension.matches(values)})` : sql`(${dimension.matches(values)})`,
  );
  return conditions.length === 0 ? sql`true` : joined(conditions, ' AND ');
}

function invalid(message: string) {
  return { status: 'invalid', code: 'invalid-filter', message } as const;
}
