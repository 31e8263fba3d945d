import type { Timeouts } from './intermediaries.ts';

export type TimerKind = 'idle' | 'total' | 'first_byte';

export interface CutTimers {
  /** Something came from upstream; `headers` ends the wait for the first byte. */
  readonly progress: () => void;
  readonly stop: () => void;
}

/**
 * The timers of an intermediary for one response, started at once. `onCut` is called at most once, for the first
 * that runs out. Without a timer of its own for the first byte, the idle timer runs before the headers too.
 */
export function startCutTimers(timeouts: Timeouts, onCut: (kind: TimerKind) => void): CutTimers {
  let idle: NodeJS.Timeout | undefined;
  let firstByte: NodeJS.Timeout | undefined;
  const total = start('total', timeouts.totalTimeoutMs);
  if (timeouts.firstByteTimeoutMs === undefined) idle = start('idle', timeouts.idleTimeoutMs);
  else firstByte = start('first_byte', timeouts.firstByteTimeoutMs);

  function start(kind: TimerKind, ms: number | undefined): NodeJS.Timeout | undefined {
    if (ms === undefined) return undefined;
    return setTimeout(() => {
      stop();
      onCut(kind);
    }, ms);
  }

  function stop(): void {
    clearTimeout(idle);
    clearTimeout(firstByte);
    clearTimeout(total);
  }

  return {
    progress: () => {
      clearTimeout(firstByte);
      if (idle === undefined) idle = start('idle', timeouts.idleTimeoutMs);
      else idle.refresh();
    },
    stop,
  };
}
