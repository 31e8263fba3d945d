import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Roller, RollerOptions } from './roller.ts';

/** Counts fills for `/metrics`. */
export function createFillMetrics(registry: Registry): NonNullable<RollerOptions['onFill']> {
  const registers = [registry];
  const fills = new Counter({
    name: 'weir_rollup_fills_total',
    help: 'Slots of rollups that were made, or could not be.',
    labelNames: ['status'],
    registers,
  });
  const streams = new Counter({
    name: 'weir_rollup_streams_total',
    help: 'Streams that slots of rollups were made of; each counts once a level and again when its slot is remade.',
    registers,
  });
  const duration = new Histogram({
    name: 'weir_rollup_fill_duration_seconds',
    help: 'Time to make one slot.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  return ({ seconds, rows, status }) => {
    fills.inc({ status });
    duration.observe(seconds);
    if (status === 'filled') streams.inc(rows);
  };
}

/** Shows in `/metrics` how much is to be made. */
export function watchRoller(registry: Registry, roller: Roller): void {
  new Gauge({
    name: 'weir_rollup_due_slots',
    help: 'Slots of rollups that are to be made; streams answer for them meanwhile.',
    registers: [registry],
    collect() {
      this.set(roller.due());
    },
  });
}
