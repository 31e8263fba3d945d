import { Link } from '@tanstack/react-router';
import type { Pipeline } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { formatBytes, formatCount, formatExactCount } from '../../lib/format/numbers.ts';
import { pipelineReason } from './pipeline-reasons.ts';

type KeyVolume = Pipeline['keys'][number];

/** More fit into the table, and into the page of keys. */
const shownKeys = 6;

function troubleOf({ rejectedSpans, refusedRequests }: KeyVolume): readonly string[] {
  return [
    ...refusedRequests.map(
      ({ reason, requests }) => `${formatCount(requests)} refused: ${pipelineReason(reason).name}`,
    ),
    ...rejectedSpans.map(
      ({ reason, spans }) => `${formatCount(spans)} rejected: ${pipelineReason(reason).name}`,
    ),
  ];
}

function KeyRow({ volume }: { readonly volume: KeyVolume }): ReactElement {
  return (
    <li className="py-2">
      <div className="flex items-baseline justify-between gap-3">
        <span className="truncate">
          <span className="font-medium">{volume.label}</span>{' '}
          <span className="text-xs text-ink-3">{volume.project}</span>
        </span>
        <span className="whitespace-nowrap" title={formatExactCount(volume.acceptedSpans)}>
          {formatCount(volume.acceptedSpans)}{' '}
          <span className="text-ink-3">spans, {formatBytes(volume.receivedBytes)}</span>
        </span>
      </div>
      {troubleOf(volume).map((trouble) => (
        <p key={trouble} className="mt-0.5 text-xs text-failed-text">
          {trouble}
        </p>
      ))}
    </li>
  );
}

/** What came with each ingest key, and what of it was turned away. */
export function KeyVolumesPanel({ keys }: { readonly keys: Pipeline['keys'] }): ReactElement {
  const sum = (counts: readonly { readonly [name: string]: string | number }[], name: string): number =>
    counts.reduce((total, count) => total + Number(count[name]), 0);
  const table = {
    columns: [
      'Key',
      'Project',
      'Spans',
      'Sent again',
      'Bytes',
      'Rejected spans',
      'Refused requests',
      'Last seen',
    ],
    rows: keys.map((key) => [
      ...[key.label, key.project, key.acceptedSpans, key.duplicateSpans, key.receivedBytes],
      ...[sum(key.rejectedSpans, 'spans'), sum(key.refusedRequests, 'requests'), key.lastSeenAt],
    ]),
  };
  return (
    <Panel title="By key" hint="since the start" table={table}>
      {keys.length === 0 ? (
        <p className="py-3 text-ink-3">Nobody has sent anything yet.</p>
      ) : (
        <ul className="divide-y divide-line">
          {keys.slice(0, shownKeys).map((volume) => (
            <KeyRow key={volume.id} volume={volume} />
          ))}
        </ul>
      )}
      <p className="mt-auto pt-2 text-sm">
        <Link to="/settings/keys" className="rounded-sm font-medium text-accent hover:underline">
          {keys.length > shownKeys ? `All ${keys.length} keys` : 'Keys'}
        </Link>
      </p>
    </Panel>
  );
}
