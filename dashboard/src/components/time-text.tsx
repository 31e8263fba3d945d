import { type ReactElement, useSyncExternalStore } from 'react';
import { formatAgo, formatTime } from '../lib/format/times.ts';
import { useZone } from '../lib/preferences.ts';

const tickMs = 5000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all relative times of the page, and none when there are none. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const tick of listeners) tick();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** @returns the wall clock in Unix ms, renewed every few seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** `4 min ago`, with the exact time on hover. */
export function TimeAgo({
  at,
  className,
}: {
  readonly at: string;
  readonly className?: string;
}): ReactElement {
  const zone = useZone();
  const now = useNow();
  const timeMs = Date.parse(at);
  return (
    <time dateTime={at} title={formatTime(timeMs, 'exact', zone)} className={className}>
      {formatAgo(timeMs, Math.max(now, timeMs))}
    </time>
  );
}
