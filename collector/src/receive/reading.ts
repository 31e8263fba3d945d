import { Counter, type Registry } from 'prom-client';
import { type BodyReader, readHere } from './body-reader.ts';
import { createRequestReader, type RequestReaderOptions } from './read-request.ts';
import { createReadingThreads, type ReadingThreadsOptions } from './reading-threads.ts';

export interface ReadingOptions
  extends RequestReaderOptions,
    Pick<ReadingThreadsOptions, 'delay' | 'logger' | 'start'> {
  /** Threads beside this one that read bodies; 0: this one reads them. */
  readonly workers: number;
  readonly registry: Registry;
}

export interface Reading {
  readonly read: BodyReader;
  close(): Promise<void>;
}

/** Reads bodies on this thread, or on as many others as there are cores for. */
export function openReading({ workers, registry, ...options }: ReadingOptions): Reading {
  const here = createRequestReader(options);
  if (workers === 0) return { read: readHere(here), close: async () => undefined };
  const threads = createReadingThreads({ ...options, threads: workers, readHere: here });
  new Counter({
    name: 'weir_ended_readers_total',
    help: 'Threads that read requests and ended by themselves; each was replaced.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(threads.ended);
    },
  });
  return threads;
}
