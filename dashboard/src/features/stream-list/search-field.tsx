import { getRouteApi } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { typingPauseMs } from '../../lib/use-debounced.ts';

const route = getRouteApi('/streams');

/** Finds streams by any of their ids. */
export function SearchField(): ReactElement {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  const field = useRef<HTMLInputElement>(null);

  // The address bar may change by other ways than this field: back, palette, link.
  const [shown, setShown] = useState(q);
  if (shown !== q) {
    setShown(q);
    setText(q);
  }

  useEffect(() => {
    const wanted = text.trim();
    if (wanted === q) return;
    const timer = setTimeout(() => {
      void navigate({
        search: (search) => ({ ...search, q: wanted === '' ? undefined : wanted }),
        replace: true,
        resetScroll: false,
      });
    }, typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);

  return (
    <search className="relative block w-full sm:w-96">
      <Icon name="search" className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
      <input
        ref={field}
        type="search"
        aria-label="Find streams by id"
        placeholder="Trace, request, user or session id"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-8 w-full rounded-md border border-line-strong bg-surface pr-8 pl-8 text-sm placeholder:text-ink-3 focus-visible:border-accent [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => {
            setText('');
            field.current?.focus();
          }}
          className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-sm text-ink-3 hover:text-ink"
        >
          <Icon name="close" className="size-3.5" />
        </button>
      )}
    </search>
  );
}
