import { terminationReasons } from '@weir/schemas/termination';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideOutcome } from '../observe/outcome.ts';
import type { Evidence } from '../observe/verdict.ts';
import { decidePageOutcome } from './page-verdict.ts';

const reason = fc.constantFrom(...(Object.keys(terminationReasons) as (keyof typeof terminationReasons)[]));
const seconds = fc.double({ min: 0, max: 700, noNaN: true });
const failure = fc.constantFrom<unknown>(
  new TypeError('Failed to fetch'),
  new DOMException('', 'AbortError'),
  new DOMException('', 'TimeoutError'),
  'why not',
);

const evidence: fc.Arbitrary<Evidence> = fc.record({
  ending: fc.oneof(
    fc.constantFrom('eof', 'cancel', 'collected', 'exit', 'page_closed').map((kind) => ({ kind })),
    failure.map((error) => ({ kind: 'error' as const, error })),
    failure.map((cause) => ({ kind: 'abort' as const, reason: cause })),
  ),
  progress: fc.record({
    headersSeen: fc.boolean(),
    chunks: fc.nat(3),
    durationSeconds: seconds,
    lastGapSeconds: seconds,
    lastWaitSeconds: seconds,
    lastLoopLagSeconds: fc.constant(0),
    stalled: fc.boolean(),
  }),
  vantage: fc.constant('browser' as const),
  response: fc.option(
    fc.record({
      ok: fc.constant(true),
      status: fc.constant(200),
      error: fc.constant(undefined),
      signs: fc.constant({ intermediary: undefined }),
      document: fc.constantFrom('html', 'json', undefined),
    }),
    { nil: undefined },
  ),
  answer: fc.option(
    fc.record({
      facts: fc.record(
        {
          finishReasonsRaw: fc.constant([]),
          terminalEventReceived: fc.boolean(),
          refused: fc.constant(false),
          ending: reason,
          error: fc.record({ code: fc.string(), reason }),
        },
        { requiredKeys: ['finishReasonsRaw', 'terminalEventReceived', 'refused'] },
      ),
      isKnownFormat: fc.boolean(),
      isParsed: fc.constant(false),
      hasTerminalEvent: fc.boolean(),
      cachedTokensAreExtra: fc.boolean(),
      broken: fc.constantFrom('invalid_utf8', 'frame_too_large', undefined),
      midFrame: fc.boolean(),
      events: fc.nat(3),
      malformedEvents: fc.nat(1),
      lastReadMalformed: fc.boolean(),
    }),
    { nil: undefined },
  ),
  everPulled: fc.boolean(),
  offline: fc.boolean(),
});

test('of the same evidence a page says what a service says whose errors have no codes', () => {
  fc.assert(
    fc.property(evidence, (seen) => {
      const networkError = seen.ending.kind === 'error' ? { code: '', kind: undefined } : undefined;
      expect(decidePageOutcome(seen)).toEqual(
        decideOutcome({ ...seen, networkError, headersTimerSeconds: undefined }),
      );
    }),
    { numRuns: 3000 },
  );
});
