import { describe, expect, test } from 'vitest';
import { createManualTiming } from '../testing/manual-timing.ts';
import { AttemptTimers, type Timeouts } from './attempt-timers.ts';

function start(timeouts: Timeouts, signal?: AbortSignal) {
  const timing = createManualTiming();
  const { totalSeconds } = timeouts;
  const deadlineMs = totalSeconds === undefined ? undefined : totalSeconds * 1000;
  const timers = new AttemptTimers({ timeouts, timing, deadlineMs, signal });
  return { timing, timers, code: () => timers.signal?.reason?.code };
}

describe('the timers of an attempt', () => {
  test('leave the signal alone where nothing is limited', () => {
    const { signal } = new AbortController();
    expect(start({}, signal).timers.signal).toBe(signal);
    expect(start({}).timers.signal).toBeUndefined();
  });

  test('cut when no content comes, and not once it has come', () => {
    const silent = start({ firstChunkSeconds: 5 });
    silent.timing.advance(4999);
    expect(silent.code()).toBeUndefined();
    silent.timing.advance(1);
    expect(silent.code()).toBe('first_chunk_timeout');

    const answering = start({ firstChunkSeconds: 5 });
    answering.timers.contentReceived();
    answering.timing.advance(60_000);
    expect(answering.timers.signal?.aborted).toBe(false);
  });

  test('count silence only while the application waits, over any number of keep-alives', async () => {
    const { timing, timers, code } = start({ idleSeconds: 10 });
    timers.contentReceived();
    timing.advance(60_000);
    expect(timers.signal?.aborted).toBe(false);

    const keepAlive = () => timers.whileWaiting(async () => timing.advance(6000));
    await keepAlive();
    timing.advance(60_000);
    expect(timers.signal?.aborted).toBe(false);
    await keepAlive();
    expect(code()).toBe('idle_timeout');
  });

  test('count silence anew after content', async () => {
    const { timing, timers } = start({ idleSeconds: 10 });
    timers.contentReceived();
    for (let piece = 0; piece < 5; piece++) {
      await timers.whileWaiting(async () => timing.advance(9000));
      timers.contentReceived();
    }
    expect(timers.signal?.aborted).toBe(false);
  });

  test('cut at the end of the whole, whatever came', () => {
    const { timing, timers, code } = start({ totalSeconds: 30 });
    timers.contentReceived();
    timing.advance(30_000);
    expect(code()).toBe('total_timeout');
  });

  test('pass on the signal of the application with its reason', () => {
    const abort = new AbortController();
    const { timers } = start({ idleSeconds: 1 }, abort.signal);
    abort.abort('enough');
    expect(timers.signal?.reason).toBe('enough');
  });

  test('are all off after stop', () => {
    const { timing, timers } = start({ firstChunkSeconds: 1, totalSeconds: 2 });
    timers.stop();
    timing.advance(10_000);
    expect(timers.signal?.aborted).toBe(false);
  });
});
