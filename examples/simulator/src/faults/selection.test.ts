import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faults } from './catalogue.ts';
import { FAULT_HEADER, parseFault, parseTiming, simulatorHeaders, TIMING_HEADER } from './selection.ts';

describe('parseFault', () => {
  it('reads a name with parameters in their units', () => {
    expect(
      parseFault('idle_stall; after=3; stall=1.5m; every=250ms; size=64k; seed=7; times=2; key=a'),
    ).toEqual({
      status: 'ok',
      value: {
        fault: 'idle_stall',
        after: 3,
        stallMs: 90_000,
        everyMs: 250,
        sizeBytes: 65_536,
        retryAfterSeconds: 2,
        gateway: undefined,
        seed: 7,
        times: 2,
        key: 'a',
      },
    });
  });

  it('takes `none` for a good answer', () => {
    expect(parseFault('none')).toMatchObject({ status: 'ok', value: { fault: 'completed' } });
  });

  it.each([
    'nonsense',
    '',
    'constructor',
    'idle_stall; after=-1',
    'idle_stall; after=1e3',
    'idle_stall; stall=soon',
    'idle_keepalive; every=0',
    'idle_stall; stall=30000m',
    'idle_stall; __proto__=1',
    'gateway_502; gateway=toaster',
    'oversized_frame; size=1000m',
  ])('refuses %j', (text) => {
    expect(parseFault(text)).toMatchObject({ status: 'invalid', problem: expect.any(String) });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => ['ok', 'invalid'].includes(parseFault(text).status)));
  });
});

describe('parseTiming', () => {
  it('reads every field', () => {
    expect(parseTiming('headers=100, ttft=0.3s, gap=20ms, jitter=0.5, chunks=50')).toEqual({
      status: 'ok',
      value: { headersMs: 100, ttftMs: 300, gapMs: 20, jitter: 0.5, chunks: 50 },
    });
  });

  it('refuses more chunks than a stream may have', () => {
    expect(parseTiming('chunks=1000000')).toMatchObject({ status: 'invalid' });
  });
});

describe('simulatorHeaders', () => {
  const count = fc.integer({ min: 0, max: 100_000 });
  const request = fc.record({
    fault: fc.constantFrom(...faults.map((fault) => fault.name)),
    after: count,
    stallMs: count,
    everyMs: fc.integer({ min: 1, max: 100_000 }),
    sizeBytes: count,
    retryAfterSeconds: fc.integer({ min: 0, max: 600 }),
    seed: count,
    times: count,
    timing: fc.record({ headersMs: count, ttftMs: count, gapMs: count, chunks: count }),
  });

  it('says what the parsers read back', () => {
    fc.assert(
      fc.property(request, ({ timing, ...fault }) => {
        const headers = simulatorHeaders({ ...fault, timing });
        expect(parseFault(headers[FAULT_HEADER] ?? '')).toMatchObject({ status: 'ok', value: fault });
        expect(parseTiming(headers[TIMING_HEADER] ?? '')).toEqual({ status: 'ok', value: timing });
      }),
    );
  });
});
