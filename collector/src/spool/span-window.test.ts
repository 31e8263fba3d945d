import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPAN_KEY_BYTES } from './record.ts';
import { projectTag, SpanWindow, writeSpanKey } from './span-window.ts';

function keyOf(number: number): Buffer {
  const key = Buffer.alloc(SPAN_KEY_BYTES);
  writeSpanKey(key, 0, projectTag('default'), number.toString(16).padStart(32, '0'), 'b7ad6b7169203331');
  return key;
}

describe('a window of spans', () => {
  it('knows what was added last, and not what was removed, whatever the order', () => {
    const operation = fc.record({ add: fc.boolean(), span: fc.nat(12) });
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 200 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer(),
        (operations, capacity, seed) => {
          const window = new SpanWindow(capacity, seed);
          // Places in the order of their use; a span that was removed leaves its place empty.
          let places: (number | undefined)[] = [];
          for (const { add, span } of operations) {
            const isKnown = places.includes(span);
            if (!add) {
              window.remove(keyOf(span));
              places = places.map((known) => (known === span ? undefined : known));
            } else {
              expect(window.add(keyOf(span), 0)).toBe(!isKnown);
              if (!isKnown) places = [...places, span].slice(-capacity);
            }
            expect(window.size).toBe(places.filter((known) => known !== undefined).length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells spans apart by trace, by span and by project', () => {
    const window = new SpanWindow(10, 1);
    const [trace, otherTrace] = ['0af7651916cd43dd8448eb211c80319c', '1af7651916cd43dd8448eb211c80319c'];
    const [span, otherSpan] = ['b7ad6b7169203331', 'c7ad6b7169203331'];
    const isNew = (project: string, traceId: string, spanId: string) => {
      const key = Buffer.alloc(SPAN_KEY_BYTES);
      writeSpanKey(key, 0, projectTag(project), traceId, spanId);
      return window.add(key, 0);
    };
    expect(isNew('a', trace, span)).toBe(true);
    expect(isNew('b', trace, span)).toBe(true);
    expect(isNew('a', otherTrace, span)).toBe(true);
    expect(isNew('a', trace, otherSpan)).toBe(true);
    expect(isNew('a', trace, span)).toBe(false);
  });
});
