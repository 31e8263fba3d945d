import { type ReactElement, useEffect, useState } from 'react';
import { onNotice } from '../lib/clipboard.ts';

const shownForMs = 2600;

/** The passing word at the bottom of the page: "Copied". One at a time, read out politely. */
export function Notices(): ReactElement {
  const [notice, setNotice] = useState<{ readonly text: string; readonly count: number }>();

  useEffect(() => onNotice((text) => setNotice((before) => ({ text, count: (before?.count ?? 0) + 1 }))), []);

  useEffect(() => {
    if (notice === undefined) return;
    const timer = setTimeout(() => setNotice(undefined), shownForMs);
    return () => clearTimeout(timer);
  }, [notice]);

  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-16 z-70 flex justify-center px-4 md:bottom-6"
    >
      {notice !== undefined && (
        <p className="rounded-full border border-line bg-raised px-3.5 py-1.5 text-sm font-medium shadow-popover">
          {notice.text}
        </p>
      )}
    </div>
  );
}
