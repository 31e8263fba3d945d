import type { Ending } from '../observe/ending.ts';

interface OpenStream {
  end(ending: Ending): void;
}

/** The streams that have begun and not ended, so that the end of the process does not swallow them. */
export interface OpenStreams {
  /** Streams that are open now. */
  readonly size: number;
  /** Streams that were not kept because `limit` were open. They still give their span when they end by themselves. */
  readonly overflowed: number;
  add(observation: OpenStream): void;
  delete(observation: OpenStream): void;
  /**
   * Ends every open stream. One that nobody was reading counts as dropped by its reader; the others take `ending`.
   */
  endAll(ending: Ending): void;
}

const defaultLimit = 10_000;

export function createOpenStreams(limit = defaultLimit): OpenStreams {
  const open = new Set<OpenStream>();
  let overflowed = 0;
  return {
    get size() {
      return open.size;
    },
    get overflowed() {
      return overflowed;
    },
    add(observation) {
      if (open.size < limit) open.add(observation);
      else overflowed++;
    },
    delete(observation) {
      open.delete(observation);
    },
    endAll(ending) {
      for (const observation of [...open]) observation.end(ending);
    },
  };
}

/** One for the process, shared by every observed `fetch` and stream. */
export const openStreams: OpenStreams = createOpenStreams();
