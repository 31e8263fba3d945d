import { useNavigate } from '@tanstack/react-router';
import { copyText } from '../../lib/clipboard.ts';
import { themePreference } from '../../lib/preferences.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import type { CommandAction } from './commands.ts';

interface CommandActions {
  run(action: CommandAction): void;
  filterBy(dimension: string, value: string): void;
}

function toggleTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const current = themePreference.get();
  const isDark = current === 'dark' || (current === 'system' && dark);
  themePreference.set(isDark ? 'light' : 'dark');
}

/** @returns what carries out a command of the palette. */
export function useCommandActions(onHelp: () => void): CommandActions {
  const navigate = useNavigate();
  const { live } = useScope();
  const { setRange, setLive, addFilter } = useScopeActions();
  const run = (action: CommandAction): unknown => {
    switch (action.type) {
      case 'page':
        return navigate({ to: action.to });
      case 'newRule':
        return navigate({ to: '/alerts', search: (search) => ({ ...search, rule: 'new' }) });
      case 'range':
        return setRange({ kind: 'relative', preset: action.preset });
      case 'stream':
        return navigate({
          to: '/streams/$traceId/$spanId',
          params: { traceId: action.traceId, spanId: action.spanId },
        });
      case 'searchStreams':
        return navigate({ to: '/streams', search: (search) => ({ ...search, q: action.text }) });
      case 'live':
        return setLive(!live);
      case 'theme':
        return toggleTheme();
      case 'copyLink':
        return copyText(location.href);
      case 'help':
        return onHelp();
      case 'dimension':
        // Choosing a dimension asks for its value first; nothing is done yet.
        return undefined;
    }
  };
  return {
    run: (action) => void run(action),
    filterBy: (dimension, value) => addFilter({ dimension, value, exclude: false }),
  };
}
