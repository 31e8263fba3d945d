import { columnName, type StreamField } from '@weir/schemas/stream-record';

/** Types that a value from outside may be bound as. */
export type BoundType = 'String' | 'Int64' | 'UInt32' | 'Float64' | 'Array(String)';

interface BoundValue {
  readonly type: BoundType;
  readonly value: string | number | readonly string[];
}

/** A piece of SQL: text from this program, and the values that ClickHouse receives beside it. */
export interface Sql {
  readonly parts: readonly (string | BoundValue)[];
}

/**
 * SQL text with other pieces in it. It takes no strings, so nothing from outside can become text: a value goes through
 * `bound`, a column through `column`.
 */
export function sql(texts: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  return { parts: texts.flatMap((text, index) => [text, ...(pieces[index]?.parts ?? [])]) };
}

/** A value that ClickHouse reads as one of the given type, whatever characters it holds. */
export function bound(type: 'String', value: string): Sql;
export function bound(type: 'Int64' | 'UInt32' | 'Float64', value: number): Sql;
export function bound(type: 'Array(String)', value: readonly string[]): Sql;
export function bound(type: BoundType, value: BoundValue['value']): Sql {
  return { parts: [{ type, value }] };
}

/**
 * Values between commas, for `IN (…)` and `[…]`. Each is a parameter of its own, because ClickHouse takes no parameter
 * longer than 128 KiB, as an `Array(String)` of many long values would be.
 */
export function listed(values: readonly string[]): Sql {
  return joined(
    values.map((value) => bound('String', value)),
    ', ',
  );
}

/** Whole numbers that this program made, between commas: too many to be a parameter each. */
export function integers(values: readonly number[]): Sql {
  return { parts: [values.map((value) => String(Math.trunc(value))).join(', ')] };
}

/** A column of `streams`. Its name comes from the contract, never from a request. */
export function column(field: StreamField): Sql {
  return { parts: [columnName(field)] };
}

/** A column under the name that the API knows it by. */
export function named(value: Sql, field: StreamField): Sql {
  return { parts: [...value.parts, ` AS \`${field}\``] };
}

export function joined(pieces: readonly Sql[], separator: ' AND ' | ' OR ' | ' UNION ALL ' | ', '): Sql {
  return {
    parts: pieces.flatMap((piece, index) => (index === 0 ? piece.parts : [separator, ...piece.parts])),
  };
}

/** @returns text with a typed `{name:Type}` in place of each value, and the values by name. */
export function rendered(question: Sql): { query: string; query_params: Record<string, unknown> } {
  const query_params: Record<string, unknown> = {};
  let count = 0;
  const texts = question.parts.map((part) => {
    if (typeof part === 'string') return part;
    count += 1;
    query_params[`p${count}`] = part.value;
    return `{p${count}:${part.type}}`;
  });
  return { query: texts.join(''), query_params };
}
