import { expect, test } from 'vitest';
import { createOpenStreams } from './fetch/open-streams.ts';
import { startOpenReports } from './open-reports.ts';

/** Lets time pass tick by tick; @returns what was reported, as `second: promised seconds`. */
function passing() {
  const openStreams = createOpenStreams();
  const reports: string[] = [];
  let nowMs = 0;
  let tick: { ms: number; task: () => void } | undefined;
  const start = (times: { afterSeconds?: number; everySeconds?: number } = {}) =>
    startOpenReports({
      openStreams,
      times,
      clock: () => nowMs,
      every(ms, task) {
        tick = { ms, task };
        return () => {
          tick = undefined;
        };
      },
    });
  const pass = (seconds: number) => {
    for (const until = nowMs + seconds * 1000; tick !== undefined && nowMs + tick.ms <= until; ) {
      nowMs += tick.ms;
      tick.task();
    }
  };
  const stream = {
    end: () => undefined,
    reportOpen: (nextSeconds: number) => void reports.push(`${nowMs / 1000}: ${nextSeconds}`),
  };
  return { openStreams, reports, start, pass, stream };
}

test('a stream is reported when it is open for long, again and again, and not once it has ended', () => {
  const { openStreams, reports, start, pass, stream } = passing();
  start();
  openStreams.add(stream);
  pass(80);
  openStreams.delete(stream);
  pass(60);
  expect(reports).toEqual(['12.5: 32.5', '42.5: 32.5', '72.5: 32.5']);
});

test('a stream that ends soon is never reported', () => {
  const { openStreams, reports, start, pass, stream } = passing();
  start();
  openStreams.add(stream);
  pass(9);
  openStreams.delete(stream);
  pass(60);
  expect(reports).toEqual([]);
});

test('nothing is reported after stopping', () => {
  const { openStreams, reports, start, pass, stream } = passing();
  start({ afterSeconds: 1 })();
  openStreams.add(stream);
  pass(60);
  expect(reports).toEqual([]);
});

test('times that make no sense are refused in words', () => {
  const { start } = passing();
  expect(() => start({ everySeconds: 0 })).toThrow(
    'weir: `reportOpen.everySeconds` must be a number of seconds over 0, and is 0',
  );
  expect(() => start({ afterSeconds: Number.NaN })).toThrow('afterSeconds');
});
