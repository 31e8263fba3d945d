import { Gauge, Histogram, type Registry } from 'prom-client';
import type { SpoolState } from './spool.ts';

export function createCommitHistogram(registry: Registry): Histogram {
  return new Histogram({
    name: 'weir_spool_commit_duration_seconds',
    help: 'Time to write and sync what waited, which acknowledges it.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
}

const gauges: { readonly [name: string]: [help: string, value: (state: SpoolState) => number] } = {
  segments: ['Segments that wait for ClickHouse.', ({ segments }) => segments],
  bytes: ['Bytes of disk that the spool takes.', ({ bytes }) => bytes],
  max_bytes: ['Bytes of disk that the spool may take.', ({ maxBytes }) => maxBytes],
  oldest_seconds: [
    'Age of the oldest streams that ClickHouse does not have.',
    ({ oldestSeconds }) => oldestSeconds ?? 0,
  ],
  set_aside_files: ['Files refused by ClickHouse, or damaged: look at them.', ({ setAside }) => setAside],
  torn_bytes: ['Bytes of unacknowledged writes that a crash cut off.', ({ tornBytes }) => tornBytes],
  failing: ['1 while the disk cannot be written to.', ({ isFailing }) => Number(isFailing)],
};

/** Shows the state in `/metrics`. */
export function watchSpool(registry: Registry, state: () => SpoolState): void {
  for (const [name, [help, value]] of Object.entries(gauges)) {
    new Gauge({
      name: `weir_spool_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value(state()));
      },
    });
  }
}
