import type { Outcome } from '@weir/schemas/termination';
import type { ReactElement } from 'react';
import { isKnownOutcome, outcomeNames } from '../lib/format/names.ts';

/** A shape for each outcome, so that colour never carries it alone. */
function Shape({ outcome }: { readonly outcome: Outcome }): ReactElement {
  switch (outcome) {
    case 'completed':
      return <circle cx="6" cy="6" r="3.4" fill="var(--completed)" />;
    case 'limited':
      return (
        <>
          <circle cx="6" cy="6" r="4" fill="none" stroke="var(--limited)" strokeWidth="1.5" />
          <path d="M6 2a4 4 0 0 1 0 8Z" fill="var(--limited)" />
        </>
      );
    case 'failed':
      return <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill="var(--failed)" />;
    case 'aborted':
      return <rect x="2" y="2" width="8" height="8" rx="1.5" fill="var(--aborted)" />;
    case 'lost':
      return (
        <>
          <circle cx="6" cy="6" r="4" fill="var(--lost)" stroke="var(--lost-edge)" strokeWidth="1.4" />
          <path d="M4 6h4" stroke="light-dark(white, var(--lost-edge))" strokeWidth="1.4" />
        </>
      );
    case 'unknown':
      return (
        <>
          <circle
            cx="6"
            cy="6"
            r="4.2"
            fill="none"
            stroke="var(--unknown)"
            strokeWidth="1.2"
            strokeDasharray="2 1.6"
          />
          <circle cx="6" cy="6" r="1.2" fill="var(--unknown)" />
        </>
      );
  }
}

export function OutcomeMark({
  outcome,
  label,
}: {
  readonly outcome: string;
  readonly label?: boolean;
}): ReactElement {
  const known: Outcome = isKnownOutcome(outcome) ? outcome : 'unknown';
  return (
    <svg viewBox="0 0 12 12" className="size-3 shrink-0" {...(label === true ? {} : { 'aria-hidden': true })}>
      <title>{outcomeNames[known]}</title>
      <Shape outcome={known} />
    </svg>
  );
}
