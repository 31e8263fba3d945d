import type { OpenStream, OpenStreams } from './fetch/open-streams.ts';
import type { Clock } from './observe/clock.ts';

/** When streams that have not ended are reported, so that those of a process that is killed are known to be lost. */
export interface OpenReportTimes {
  /** From which age. Default 10 s. */
  readonly afterSeconds?: number;
  /** How often from then on. Default 30 s. */
  readonly everySeconds?: number;
}

export interface OpenReportsOptions {
  readonly openStreams: OpenStreams;
  readonly times: OpenReportTimes;
  readonly clock: Clock;
  /** Calls `task` again and again until the result is called, and does not keep the process alive for it. */
  readonly every: (ms: number, task: () => void) => () => void;
}

const looksPerWait = 4;

/**
 * Has every stream that is open for long reported again and again. One timer looks at all of them, so that a stream that
 * ends soon costs nothing; a report may be late by a quarter of the time that it waits for.
 *
 * @returns a function that stops it.
 * @throws {RangeError} on times that are no positive numbers.
 */
export function startOpenReports({ openStreams, times, clock, every }: OpenReportsOptions): () => void {
  const { afterSeconds = 10, everySeconds = 30 } = times;
  for (const [name, value] of Object.entries({ afterSeconds, everySeconds })) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new RangeError(`weir: \`reportOpen.${name}\` must be a number of seconds over 0, and is ${value}`);
  }
  const tickMs = (Math.min(afterSeconds, everySeconds) * 1000) / looksPerWait;
  const dueMs = new WeakMap<OpenStream, number>();
  return every(tickMs, () => {
    const nowMs = clock();
    openStreams.each((stream) => {
      const due = dueMs.get(stream);
      if (due === undefined) dueMs.set(stream, nowMs + afterSeconds * 1000);
      if (due === undefined || nowMs < due) return;
      dueMs.set(stream, nowMs + everySeconds * 1000);
      stream.reportOpen?.(everySeconds + tickMs / 1000);
    });
  });
}
