import { createContext, useContext, useSyncExternalStore } from 'react';

/** The point in time that the pointer or the keyboard is at: one for all charts of a page. */
export interface Crosshair {
  /** Middle of the bucket, Unix ms; undefined when no chart is pointed at. */
  timeMs(): number | undefined;
  /** The chart that is pointed at: it shows the values, the others the line. */
  owner(): string | undefined;
  set(owner: string, timeMs: number | undefined): void;
  subscribe(listener: () => void): () => void;
}

export function createCrosshair(): Crosshair {
  const listeners = new Set<() => void>();
  let time: number | undefined;
  let owner: string | undefined;
  return {
    timeMs: () => time,
    owner: () => owner,
    set(nextOwner, nextTime) {
      if (time === nextTime && owner === nextOwner) return;
      owner = nextTime === undefined ? undefined : nextOwner;
      time = nextTime;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const CrosshairContext = createContext<Crosshair>(createCrosshair());

export function useCrosshair(): Crosshair {
  return useContext(CrosshairContext);
}

export function useCrosshairTime(): number | undefined {
  const crosshair = useCrosshair();
  return useSyncExternalStore(crosshair.subscribe, crosshair.timeMs);
}
