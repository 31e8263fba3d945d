import { attributes, resourceAttributes } from '@weir/schemas/attributes';
import fc from 'fast-check';
import { dialects } from '../dialects.ts';
import type { OtelSpan } from './otel-spans.ts';

const keys = [
  ...Object.values(attributes).map(({ key }) => key),
  ...Object.keys(dialects),
  'weir.dimension.plan',
  'weir.dimension.team',
  'gen_ai.prompt.0.content',
  'unrelated',
];

const scalar = fc.oneof(
  fc.string({ maxLength: 200, unit: 'grapheme' }),
  fc.constantFrom(
    'stop',
    'error',
    'completed',
    'reset',
    'true',
    '12',
    '0.5',
    '["stop"]',
    '2026-03-01T11:59:57Z',
  ),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.nat(200),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(fc.string({ maxLength: 30 }), { maxLength: 20 }) },
  { weight: 1, arbitrary: fc.array(fc.nat(160), { maxLength: 310 }) },
);
const attributeSet = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 20 });
const ids = fc.tuple(
  fc.stringMatching(/^[0-9a-f]{32}$/),
  fc.stringMatching(/^[0-9a-f]{16}$/),
  fc.constantFrom('retry_of', 'delivers', 'other'),
);

const otelSpan: fc.Arbitrary<OtelSpan> = fc.record({
  name: fc.string({ maxLength: 150 }),
  startedAgoMs: fc.integer({ min: -1_000_000, max: 2_700_000_000 }),
  durationMs: fc.nat(1_000_000),
  attributes: attributeSet,
  isError: fc.boolean(),
  message: fc.string({ maxLength: 1_100 }),
  events: fc.array(
    fc.record({
      name: fc.constantFrom('exception', 'new_token', 'First Token Stream Event', 'other'),
      afterMs: fc.nat(2_000_000),
      attributes: fc.dictionary(
        fc.constantFrom('exception.type', 'exception.message'),
        fc.string({ maxLength: 20 }),
      ),
    }),
    { maxLength: 4 },
  ),
  links: fc.array(
    ids.map(([traceId, spanId, type]) => ({
      context: { traceId, spanId, traceFlags: 1 },
      attributes: { 'weir.link.type': type },
    })),
    { maxLength: 3 },
  ),
});
/** Attributes of a resource. */
export const otelResource = fc.dictionary(
  fc.constantFrom(
    ...Object.values(resourceAttributes).map(({ key }) => key),
    'network.connection.type',
    'geo.country.iso_code',
  ),
  fc.string({ maxLength: 20 }),
);

/** The spans of one request. */
export const otelSpans = fc.array(otelSpan, { minLength: 1, maxLength: 5 });
