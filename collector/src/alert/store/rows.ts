import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Clean, Default } from 'typebox/value';

export type Decoded<T> =
  | { readonly status: 'decoded'; readonly value: T }
  | { readonly status: 'unreadable'; readonly reason: string };

/**
 * Reader of a JSON column: what was stored by an earlier version gets the defaults of fields it did not know, fields
 * that are no longer known are dropped, and anything that still does not fit is told apart.
 */
export function jsonColumn<S extends TSchema>(schema: S): (text: string) => Decoded<Static<S>> {
  const validator = Compile(schema);
  return (text) => {
    const parsed = parse(text);
    if (parsed.status === 'unreadable') return parsed;
    const value: unknown = Default(schema, Clean(schema, parsed.value));
    if (validator.Check(value)) return { status: 'decoded', value };
    const [error] = validator.Errors(value);
    return {
      status: 'unreadable',
      reason: `${error?.instancePath ?? ''} ${error?.message ?? 'does not fit'}`.trim(),
    };
  };
}

function parse(text: string): Decoded<unknown> {
  try {
    return { status: 'decoded', value: JSON.parse(text) };
  } catch {
    return { status: 'unreadable', reason: 'is not JSON' };
  }
}
