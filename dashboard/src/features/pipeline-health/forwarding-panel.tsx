import type { Pipeline } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { formatBytes, formatCount, formatExactCount } from '../../lib/format/numbers.ts';
import { dropReason } from './pipeline-reasons.ts';

type Endpoint = NonNullable<Pipeline['forwarding']>[number];

function dropsOf({ droppedRequests }: Endpoint): number {
  return droppedRequests.reduce((sum, { requests }) => sum + requests, 0);
}

function EndpointRow({ endpoint }: { readonly endpoint: Endpoint }): ReactElement {
  const drops = endpoint.droppedRequests.toSorted((a, b) => b.requests - a.requests);
  return (
    <li className="py-2">
      <div className="flex items-baseline justify-between gap-3">
        <span className="truncate font-medium">{endpoint.endpoint}</span>
        <span title={formatExactCount(endpoint.forwardedRequests)}>
          {formatCount(endpoint.forwardedRequests)} <span className="text-ink-3">passed on</span>
        </span>
      </div>
      <p className="text-xs text-ink-3">
        {endpoint.queuedRequests === 0
          ? 'Nothing waits'
          : `${formatCount(endpoint.queuedRequests)} wait (${formatBytes(endpoint.queuedBytes)})`}
        {endpoint.retries > 0 && `, ${formatCount(endpoint.retries)} sent again`}
      </p>
      {drops.map(({ reason, requests }) => (
        <p key={reason} className="mt-1 text-sm text-failed-text">
          {formatCount(requests)} dropped: {dropReason(reason)}
        </p>
      ))}
    </li>
  );
}

/** What went to other OTLP endpoints; each request is one export of a sender. */
export function ForwardingPanel({ endpoints }: { readonly endpoints: readonly Endpoint[] }): ReactElement {
  const table = {
    columns: ['Endpoint', 'Requests', 'Sent again', 'Waiting', 'Waiting bytes', 'Dropped'],
    rows: endpoints.map((endpoint) => [
      ...[endpoint.endpoint, endpoint.forwardedRequests, endpoint.retries],
      ...[endpoint.queuedRequests, endpoint.queuedBytes, dropsOf(endpoint)],
    ]),
  };
  return (
    <Panel title="Forwarding" hint="requests, to other OTLP endpoints" table={table}>
      <ul className="divide-y divide-line">
        {endpoints.map((endpoint) => (
          <EndpointRow key={endpoint.endpoint} endpoint={endpoint} />
        ))}
      </ul>
    </Panel>
  );
}
