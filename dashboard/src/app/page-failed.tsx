import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { buttonClass } from '../components/button.tsx';
import { failureMessage } from '../lib/api/failure.ts';

/** A page whose code failed. */
export function PageFailed({ error }: { readonly error: unknown }): ReactElement {
  return (
    <div role="alert" className="mx-auto max-w-lg py-20 text-center">
      <h1 className="text-xl font-semibold">This page could not be shown</h1>
      <p className="mt-2 text-ink-2">{failureMessage(error)}</p>
      {error instanceof Error && <p className="mt-2 font-mono text-xs text-ink-3">{error.message}</p>}
      <button
        type="button"
        className={`mt-5 ${buttonClass({ size: 'lg' })}`}
        onClick={() => location.reload()}
      >
        Reload
      </button>
    </div>
  );
}

/** An address that leads nowhere. */
export function PageMissing(): ReactElement {
  return (
    <div className="mx-auto max-w-lg py-20 text-center">
      <h1 className="text-xl font-semibold">There is no page at this address</h1>
      <p className="mt-2 text-ink-2">The link may be from another version.</p>
      <Link to="/" className={`mt-5 ${buttonClass({ size: 'lg' })}`}>
        Go to the overview
      </Link>
    </div>
  );
}
