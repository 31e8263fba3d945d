import { useCallback, useSyncExternalStore } from 'react';

/** @returns whether a media query holds, renewed when it changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Wide enough for tables; narrower screens show cards. */
export const tableMedia = '(min-width: 64rem)';
