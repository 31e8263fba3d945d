import { useEffect, useEffectEvent } from 'react';

/** A key that does something anywhere on the page; listed by `?`. */
export interface Shortcut {
  /** As in `KeyboardEvent.key`; `mod+k` is Ctrl or Cmd with k. */
  readonly keys: string;
  readonly meaning: string;
}

export const shortcuts = {
  palette: { keys: 'mod+k', meaning: 'Go to a page, filter, or stream' },
  search: { keys: '/', meaning: 'Search' },
  time: { keys: 't', meaning: 'Choose a time range' },
  filter: { keys: 'f', meaning: 'Add a filter' },
  live: { keys: 'l', meaning: 'Pause or resume live refresh' },
  refresh: { keys: 'r', meaning: 'Refresh now' },
  help: { keys: '?', meaning: 'Show all shortcuts' },
} as const satisfies Record<string, Shortcut>;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input, textarea, select, [role="combobox"], [role="menu"] *'))
  );
}

function matches(event: KeyboardEvent, keys: string): boolean {
  const mod = event.ctrlKey || event.metaKey;
  if (keys.startsWith('mod+')) return mod && !event.altKey && event.key.toLowerCase() === keys.slice(4);
  return !mod && !event.altKey && event.key === keys && !isTyping(event.target);
}

/** Calls `action` when the keys are pressed, unless the reader is typing or a dialog is open. */
export function useShortcut({ keys }: Shortcut, action: () => void): void {
  const onPress = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || !matches(event, keys)) return;
    if (document.querySelector('[role="dialog"][data-open], [role="alertdialog"][data-open]') !== null)
      return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onPress(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

export const modifierName = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';

/** @returns the keys as they are printed on the keyboard. */
export function keyNames(keys: string): readonly string[] {
  return keys.startsWith('mod+') ? [modifierName, keys.slice(4).toUpperCase()] : [keys.toUpperCase()];
}
