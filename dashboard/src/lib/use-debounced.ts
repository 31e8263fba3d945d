import { useEffect, useState } from 'react';

/** How long a reader may pause while typing before the collector is asked, ms. */
export const typingPauseMs = 200;

/** @returns the value as it was when it last stood still for `typingPauseMs`. */
export function useDebounced<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingPauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
