import type { Ending } from '../observe/ending.ts';

export interface OpenStream {
  end(ending: Ending): void;
  /** Reports that it has not ended, and promises to do so again, or to end, within `nextSeconds`. Never throws. */
  reportOpen?(nextSeconds: number): void;
}

/** The streams that have begun and not ended, so that the end of the process does not swallow them. */
export interface OpenStreams {
  /** Streams that are open now. */
  readonly size: number;
  /** Streams that were not kept because `limit` were open. They still give their span when they end by themselves. */
  readonly overflowed: number;
  /** @returns whether it is kept. */
  add(stream: OpenStream): boolean;
  delete(stream: OpenStream): void;
  each(visit: (stream: OpenStream) => void): void;
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
    add(stream) {
      const isKept = open.size < limit;
      if (isKept) open.add(stream);
      else overflowed++;
      return isKept;
    },
    delete(stream) {
      open.delete(stream);
    },
    each(visit) {
      for (const stream of open) visit(stream);
    },
    endAll(ending) {
      for (const stream of [...open]) stream.end(ending);
    },
  };
}

/** One for the process, shared by every observed `fetch` and stream. */
export const openStreams: OpenStreams = createOpenStreams();
