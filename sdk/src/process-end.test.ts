import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { createOpenStreams } from './fetch/open-streams.ts';
import type { Ending } from './observe/ending.ts';
import { type ProcessEndOptions, watchProcessEnd } from './process-end.ts';

class FakeProcess extends EventEmitter {
  readonly pid = 4711;
  readonly killed: string[] = [];
  kill(_pid: number, signal: string): void {
    this.killed.push(signal);
  }
}

let process: FakeProcess;
let flushes: number;
let flush: () => Promise<void>;
let endings: string[];
/** What each exit might take, ms. */
let exits: number[];
let nowMs: number;
const openStreams = createOpenStreams();

beforeEach(() => {
  process = new FakeProcess();
  flushes = 0;
  flush = async () => {
    flushes++;
  };
  endings = [];
  exits = [];
  nowMs = 0;
  const stream = {
    end: ({ kind }: Ending) => {
      endings.push(kind);
      openStreams.delete(stream);
    },
  };
  openStreams.add(stream);
});

function watch(): () => void {
  return watchProcessEnd(options(20));
}

function options(maxFlushMs: number): ProcessEndOptions {
  return {
    process,
    openStreams,
    flush: () => flush(),
    exit: (limitMs) => void exits.push(limitMs),
    maxFlushMs,
    clock: () => nowMs,
  };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 40));

describe('the end of a process', () => {
  test('by itself ends streams that nobody reads, and sends them once', async () => {
    watch();
    process.emit('beforeExit');
    process.emit('beforeExit');
    await settle();
    expect(endings).toEqual(['collected']);
    expect(flushes).toBe(1);
  });

  test('by an exit reports open streams as lost, and sends them at once', () => {
    watch();
    process.emit('exit');
    expect(endings).toEqual(['exit']);
    expect(exits).toEqual([20]);
    expect(flushes).toBe(0);
  });

  test('does not wait a second time for a collector that does not answer', async () => {
    flush = async () => {
      nowMs += 20;
    };
    watch();
    process.emit('beforeExit');
    await settle();
    process.emit('exit');
    expect(exits).toEqual([]);
  });

  test('by a signal reports open streams, sends them, and dies of the signal', async () => {
    watch();
    process.emit('SIGTERM');
    expect(endings).toEqual(['exit']);
    await settle();
    expect(flushes).toBe(1);
    expect(process.killed).toEqual(['SIGTERM']);
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  test('by a signal is not held up by a collector that does not answer', async () => {
    flush = () => new Promise(() => undefined);
    watch();
    process.emit('SIGINT');
    await settle();
    expect(process.killed).toEqual(['SIGINT']);
  });

  test('by a signal comes although spans cannot be sent', async () => {
    flush = () => Promise.reject(new Error('collector is away'));
    watch();
    process.emit('SIGTERM');
    await settle();
    expect(process.killed).toEqual(['SIGTERM']);
  });

  test('is left to an application that listens itself, whose streams go on', async () => {
    process.on('SIGTERM', () => undefined);
    const stop = watch();
    process.emit('SIGTERM');
    await settle();
    expect(endings).toEqual([]);
    expect(process.killed).toEqual([]);
    expect(flushes).toBeGreaterThan(0);
    stop();
    openStreams.endAll({ kind: 'exit' });
  });

  test('by a signal comes once all copies of the SDK have sent their spans', async () => {
    watch();
    let finish: () => void = () => undefined;
    flush = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    watchProcessEnd(options(1000));
    process.emit('SIGTERM');
    await settle();
    expect(process.killed).toEqual([]);
    finish();
    await settle();
    expect(process.killed).toEqual(['SIGTERM']);
  });

  test('is not listened for after stopping', () => {
    const stop = watch();
    stop();
    expect(process.eventNames()).toEqual([]);
    openStreams.endAll({ kind: 'exit' });
  });
});

test('a set of open streams that is full counts what it does not keep', () => {
  const small = createOpenStreams(1);
  small.add({ end: () => undefined });
  small.add({ end: () => undefined });
  expect([small.size, small.overflowed]).toEqual([1, 1]);
});
