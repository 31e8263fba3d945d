import fc from 'fast-check';
import { parseScope, type Scope } from '../scope.ts';
import { valuePools } from './generated-streams.ts';
import type { ReferenceScope } from './reference.ts';

/** A dimension of every kind of column, and values that occur, do not occur, or stand for absence. */
const filterable: Readonly<Record<string, readonly string[]>> = {
  model: [...valuePools.model, 'absent'],
  attachment: valuePools.attachmentClass,
  network: valuePools.networkType,
  provider: valuePools.provider,
  country: valuePools.country,
  vantage: valuePools.vantage,
  outcome: ['failed', 'completed', 'aborted', 'lost', 'unknown'],
  reason: ['reset', 'length', 'lost'],
  errorCode: ['overloaded_error', 'none', 'unknown'],
  httpStatus: ['200', '429', '404', 'unknown'],
  proxy: ['true', 'false', 'unknown'],
  user: ['u1', 'u2', 'U1', 'none'],
  request: ['none', 'request-1-7'],
  'dimension.team': ['search', 'größe', "it's", 'unknown'],
  "dimension.odd 'name'": ['x', 'unknown'],
};

export const anyDimension = fc.constantFrom(...Object.keys(filterable), 'trace');

export const anyFilter = fc
  .constantFrom(...Object.entries(filterable))
  .chain(([dimension, values]) =>
    fc
      .tuple(fc.boolean(), fc.constantFrom(...values))
      .map(([excludes, value]) => `${excludes ? '!' : ''}${dimension}:${value}`),
  );

export interface RandomScope {
  readonly reference: ReferenceScope;
  readonly scope: Scope;
}

/** A range within, around or beside [fromMs, toMs), and up to four filters. */
export function anyScope(fromMs: number, toMs: number): fc.Arbitrary<RandomScope> {
  const length = toMs - fromMs;
  return fc
    .record({
      start: fc.integer({ min: fromMs - length / 2, max: toMs }),
      lengthMs: fc.oneof(
        { weight: 1, arbitrary: fc.integer({ min: 1, max: length / 60 }) },
        { weight: 3, arbitrary: fc.integer({ min: length / 60, max: length }) },
        { weight: 3, arbitrary: fc.constant(1.5 * length) },
      ),
      filters: fc.oneof(
        { weight: 2, arbitrary: fc.array(anyFilter, { maxLength: 1 }) },
        { weight: 1, arbitrary: fc.array(anyFilter, { maxLength: 4 }) },
      ),
    })
    .map(({ start, lengthMs, filters }) => {
      const reference = { project: 'default', fromMs: start, toMs: start + lengthMs, filters };
      const query = { from: String(start), to: String(start + lengthMs), filter: filters };
      const parsed = parseScope(query, { nowMs: toMs });
      if (parsed.status === 'invalid') throw new Error(parsed.message);
      return { reference, scope: parsed.scope };
    });
}
