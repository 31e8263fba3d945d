import {
  type Dimension,
  dimensions,
  isDimension,
  type StreamField,
  streamFields,
} from '@weir/schemas/stream-record';
import { bound, column, joined, listed, type Sql, sql } from './sql.ts';

/** Something to group and filter by. */
export interface DimensionSql {
  /** Its name in the API. */
  readonly name: string;
  /** The value of a row, never empty: `unknown` or `none` stand for what is not there. */
  readonly key: Sql;
  /** True where a row has one of the values, of which there is at least one. */
  matches(values: readonly string[]): Sql;
  /** @returns why the value cannot be one of this dimension's, or `undefined` when it can. */
  objection(value: string): string | undefined;
}

export type ResolvedDimension =
  | { readonly status: 'known'; readonly dimension: DimensionSql }
  | { readonly status: 'unknown'; readonly message: string };

const CUSTOM = 'dimension.';

/** @param name as in the API: `model`, `attachment`, …, or `dimension.<name>` for a custom one */
export function resolveDimension(name: string): ResolvedDimension {
  if (isDimension(name)) return { status: 'known', dimension: builtIn(name) };
  if (name.startsWith(CUSTOM) && name.length > CUSTOM.length) {
    return { status: 'known', dimension: custom(name) };
  }
  const known = Object.keys(dimensions).join(', ');
  return {
    status: 'unknown',
    message: `There is no dimension ${JSON.stringify(name)}. Use one of ${known}, or dimension.<name> for a custom one.`,
  };
}

export function builtIn(name: Dimension): DimensionSql {
  const field: StreamField = dimensions[name];
  const stored = column(field);
  switch (streamFields[field].kind) {
    case 'dimension':
      return { name, key: stored, matches: (values) => oneOf(stored, values), objection: anything };
    case 'label':
    case 'text':
      return {
        name,
        key: sql`if(${stored} = '', 'none', ${stored})`,
        // On the column itself, so that its bloom filter skips what cannot match.
        matches: (values) => oneOf(stored, values.includes('none') ? [...values, ''] : values),
        objection: anything,
      };
    case 'flag':
      return keyed(name, sql`ifNull(toString(${stored}), 'unknown')`, notAFlag);
    case 'count':
      return keyed(name, sql`ifNull(toString(${stored}), 'unknown')`, notACount);
    case 'id':
      return traceId(name, stored);
    default:
      throw new Error(`Dimension ${name} has a kind of column that cannot be grouped by`);
  }
}

function keyed(name: string, key: Sql, objection: DimensionSql['objection']): DimensionSql {
  return { name, key, matches: (values) => oneOf(key, values), objection };
}

function traceId(name: string, stored: Sql): DimensionSql {
  return {
    name,
    key: sql`lower(hex(${stored}))`,
    matches: (values) => sql`${stored} IN (${joined(values.map(fromHex), ', ')})`,
    objection: (value) =>
      /^[0-9a-fA-F]{32}$/.test(value) ? undefined : 'a trace id is 32 hexadecimal digits',
  };
}

function custom(name: string): DimensionSql {
  const stored = sql`custom_dimensions[${bound('String', name.slice(CUSTOM.length))}]`;
  return {
    name,
    key: sql`if(${stored} = '', 'unknown', ${stored})`,
    matches: (values) => oneOf(stored, values.includes('unknown') ? [...values, ''] : values),
    objection: anything,
  };
}

function oneOf(value: Sql, values: readonly string[]): Sql {
  return sql`${value} IN (${listed(values)})`;
}

/** A stored id, compared as bytes because the bloom filters hold bytes. */
export function fromHex(hexadecimal: string): Sql {
  return sql`unhex(${bound('String', hexadecimal)})`;
}

const anything = (): undefined => undefined;

function notAFlag(value: string): string | undefined {
  return ['true', 'false', 'unknown'].includes(value) ? undefined : 'use true, false or unknown';
}

function notACount(value: string): string | undefined {
  return value === 'unknown' || /^\d{1,9}$/.test(value) ? undefined : 'use a whole number or unknown';
}
