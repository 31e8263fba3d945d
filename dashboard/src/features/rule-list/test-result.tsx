import type { UseMutationResult } from '@tanstack/react-query';
import type { RuleTest } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { failureMessage } from '../../lib/api/failure.ts';

/** What became of a test notification, channel by channel. */
export function TestResult({
  test,
}: {
  readonly test: UseMutationResult<RuleTest, Error, string>;
}): ReactElement | null {
  if (test.status === 'idle') return null;
  return (
    <div
      role="status"
      className="mt-2 flex items-start gap-3 rounded-md border border-line bg-sunken/50 px-3 py-2 text-sm"
    >
      <div className="min-w-0 flex-1">
        {test.status === 'pending' && <p className="text-ink-2">Sending a test notification…</p>}
        {test.status === 'error' && <p>{failureMessage(test.error)}</p>}
        {test.status === 'success' && (
          <ul className="space-y-0.5">
            {test.data.deliveries.map(({ channel, target, status, detail }) => (
              <li key={`${channel} ${target} ${status}`} className="flex flex-wrap items-center gap-x-2">
                <Icon
                  name={status === 'delivered' ? 'check' : 'close'}
                  className={status === 'delivered' ? 'text-good-text' : 'text-failed-text'}
                />
                <span className="font-medium">{channel}</span>
                <span className="text-ink-3">{target}</span>
                <span>{status === 'delivered' ? 'delivered' : (detail ?? 'failed')}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {test.status !== 'pending' && (
        <Button look="ghost" size="iconSm" aria-label="Dismiss" onClick={() => test.reset()}>
          <Icon name="close" className="size-3.5" />
        </Button>
      )}
    </div>
  );
}
