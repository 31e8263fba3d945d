import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { rangePresets } from '../scope/range.ts';
import { useScope } from '../scope/use-scope.ts';
import { useApi } from './api-context.ts';
import { scopedKey } from './queries.ts';

/** @returns a function that moves the page's clock to the present and asks every scoped question again. */
export function useRefresh(): () => void {
  const { clock } = useApi();
  const queries = useQueryClient();
  return useCallback(() => {
    clock.advance();
    // A question that is still being answered goes on: restarting it at every step would starve a slow collector.
    void queries.invalidateQueries({ queryKey: [scopedKey] }, { cancelRefetch: false });
  }, [clock, queries]);
}

/** Keeps a live page up to date: not while it is hidden, and at once when it is shown again after a longer time. */
export function useLiveRefresh(): void {
  const { range, live } = useScope();
  const { clock } = useApi();
  const refresh = useRefresh();
  const intervalMs =
    live && range.kind === 'relative' ? rangePresets[range.preset].refreshSeconds * 1000 : undefined;

  useEffect(() => {
    if (intervalMs === undefined) return;
    const tick = (): void => {
      if (!document.hidden) refresh();
    };
    const onVisibility = (): void => {
      if (!document.hidden && Date.now() - clock.nowMs() >= intervalMs) refresh();
    };
    onVisibility();
    const timer = setInterval(tick, intervalMs);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [intervalMs, refresh, clock]);
}
