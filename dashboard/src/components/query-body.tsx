import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { failureMessage } from '../lib/api/failure.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** Says what failed and what to do, with a way to try again. */
export function FailureNote({
  error,
  onRetry,
  stale = false,
  quiet = false,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Whether older data is still shown below. */
  readonly stale?: boolean;
  /** One of many on a page whose top already says it loudly. */
  readonly quiet?: boolean;
}): ReactElement {
  return (
    <div
      role={quiet ? 'status' : 'alert'}
      className={`flex items-start gap-2 text-sm ${quiet ? 'min-h-24 flex-1 py-1 text-ink-2' : 'rounded-md border border-line bg-failed-soft px-2.5 py-1.5 text-ink'}`}
    >
      <Icon name="incidents" className={`mt-px ${quiet ? 'text-ink-3' : 'text-failed-text'}`} />
      <p className="min-w-0 flex-1">
        {failureMessage(error)}
        {stale && <span className="text-ink-2"> Showing the last good answer.</span>}
      </p>
      <Button look="ghost" size="sm" className="-my-0.5" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

/**
 * The states of one question in one place: a skeleton while the first answer loads, the data, the last good data with a
 * note when asking again failed, and the failure alone when there never was an answer.
 */
export function QueryBody<T>({
  query,
  skeleton,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  const { data, error, refetch } = query;
  const retry = (): void => void refetch();
  if (data === undefined) {
    if (error !== null) return <FailureNote error={error} onRetry={retry} quiet />;
    return (
      <div aria-busy="true">
        <span className="sr-only">Loading</span>
        {skeleton}
      </div>
    );
  }
  return (
    <>
      {error !== null && (
        <div className="mb-3">
          <FailureNote error={error} onRetry={retry} stale />
        </div>
      )}
      <div
        className={`transition-opacity duration-150 ${query.isPlaceholderData ? 'opacity-60' : ''}`}
        aria-busy={query.isPlaceholderData}
      >
        {children(data)}
      </div>
    </>
  );
}
