import type { ReactElement } from 'react';

/** Water that runs along, falls over a weir and runs on. */
export function Logo(): ReactElement {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" className="size-6">
      <rect width="24" height="24" rx="6.5" fill="var(--accent-fill)" />
      <path
        d="M4.5 8.2h6.4c2.7 0 1.9 6.9 4.7 6.9h3.9"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <path
        d="M4.5 12.3h4M4.5 16.4h5.4"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2"
        strokeLinecap="round"
        opacity=".55"
      />
    </svg>
  );
}
