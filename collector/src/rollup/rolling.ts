import type { Registry } from 'prom-client';
import { createRoller, type Roller, type RollerOptions } from './roller.ts';
import { createFillMetrics, watchRoller } from './roller-metrics.ts';

/** After this most late streams of a slot are there; the others make it be made again. */
const SETTLE_MS = 60_000;

/** A roller with its figures in `/metrics`. */
export function openRolling(
  options: Omit<RollerOptions, 'settleMs' | 'onFill'> & { readonly registry: Registry },
): Roller {
  const { registry, ...rest } = options;
  const onFill = createFillMetrics(registry);
  const roller = createRoller({ ...rest, onFill, settleMs: SETTLE_MS });
  watchRoller(registry, roller);
  return roller;
}
