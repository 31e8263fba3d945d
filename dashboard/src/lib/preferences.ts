import { useSyncExternalStore } from 'react';
import type { Zone } from './format/times.ts';

/** What a reader chose for this browser. Everything that makes up a view is in the URL instead. */
export interface Preference<T extends string> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

/** A choice kept in local storage. Where storage is denied the choice lasts as long as the page. */
function createPreference<T extends string>(key: string, allowed: readonly [T, ...T[]]): Preference<T> {
  const listeners = new Set<() => void>();
  const read = (): T => {
    try {
      const stored = localStorage.getItem(key);
      return allowed.find((value) => value === stored) ?? allowed[0];
    } catch {
      return allowed[0];
    }
  };
  let current = read();
  return {
    get: () => current,
    set(value) {
      current = value;
      try {
        localStorage.setItem(key, value);
      } catch {
        // Storage is denied or full: the choice still holds for this page.
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Theme = 'system' | 'light' | 'dark';

export const zonePreference = createPreference<Zone>('weir.zone', ['local', 'UTC']);
/** `public/theme.js` reads the same key before the first paint. */
export const themePreference = createPreference<Theme>('weir.theme', ['system', 'light', 'dark']);

export function usePreference<T extends string>(preference: Preference<T>): T {
  return useSyncExternalStore(preference.subscribe, preference.get);
}

export function useZone(): Zone {
  return usePreference(zonePreference);
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
