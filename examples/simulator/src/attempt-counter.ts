import type { FaultSelection } from './faults/selection.ts';

/** Keys remembered at once; the oldest is forgotten first. */
const MAX_KEYS = 10_000;

export interface AttemptCounter {
  /** The selection as it holds for this attempt: a good answer once `times` faults have been shown under its key. */
  readonly apply: (selection: FaultSelection) => FaultSelection;
}

export function createAttemptCounter(): AttemptCounter {
  const shown = new Map<string, number>();
  return {
    apply: (selection) => {
      if (selection.times === undefined) return selection;
      const key = `${selection.fault}\n${selection.key}`;
      const before = shown.get(key) ?? 0;
      if (before >= selection.times) return { ...selection, fault: 'completed' };
      shown.delete(key);
      shown.set(key, before + 1);
      const [oldest] = shown.keys();
      if (shown.size > MAX_KEYS && oldest !== undefined) shown.delete(oldest);
      return selection;
    },
  };
}
