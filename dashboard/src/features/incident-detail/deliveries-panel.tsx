import type { Incident } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { StatusMark, type StatusTone } from '../../components/status-mark.tsx';
import { TimeAgo } from '../../components/time-text.tsx';

const tones: Readonly<Record<Incident['deliveries'][number]['status'], StatusTone>> = {
  delivered: 'good',
  pending: 'warn',
  failed: 'bad',
};

const names = { delivered: 'Delivered', pending: 'Pending', failed: 'Failed' } as const;

/** Who was told, and whether it arrived. */
export function DeliveriesPanel({
  deliveries,
}: {
  readonly deliveries: Incident['deliveries'];
}): ReactElement {
  const table = {
    columns: ['At', 'Channel', 'Target', 'Transition', 'Status', 'Attempts', 'Detail'],
    rows: deliveries.map((d) => [d.at, d.channel, d.target, d.transition, d.status, d.attempts, d.detail]),
  };
  return (
    <Panel title="Notifications" table={table}>
      {deliveries.length === 0 ? (
        <p className="py-4 text-ink-2">The rule has no channel, so nobody was told.</p>
      ) : (
        <ul className="divide-y divide-line">
          {deliveries.map((delivery) => (
            <li
              key={`${delivery.at} ${delivery.channel} ${delivery.target} ${delivery.transition}`}
              className="grid grid-cols-[6.5rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 py-2"
            >
              <span>
                <StatusMark tone={tones[delivery.status]}>{names[delivery.status]}</StatusMark>
              </span>
              <span className="min-w-0 truncate">
                <span className="font-medium">{delivery.channel}</span>{' '}
                <span className="text-ink-3">
                  {delivery.target} · {delivery.transition}
                </span>
              </span>
              <TimeAgo at={delivery.at} className="text-xs text-ink-3" />
              {delivery.detail !== null && delivery.status !== 'delivered' && (
                <span className="col-start-2 text-xs text-ink-2">
                  {delivery.detail}
                  {delivery.attempts > 1 &&
                    !delivery.detail.includes('attempt') &&
                    `, after ${delivery.attempts} attempts`}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
