import type { IngestKey } from '@weir/schemas/api';
import { type ReactElement, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { TimeAgo } from '../../components/time-text.tsx';
import { formatBytes, formatCount, formatExactCount } from '../../lib/format/numbers.ts';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';

function limitWords({ reads, project, origins, spansPerSecond, source }: IngestKey): string {
  if (reads) return `reads the answers about ${project}`;
  if (source === 'environment') return 'WEIR_INGEST_KEY: revoked by changing the variable';
  const rate = spansPerSecond === null ? 'any rate' : `${formatExactCount(spansPerSecond)} spans/s`;
  return `${rate} · ${origins.length === 0 ? 'any page' : origins.join(', ')}`;
}

function Volume({ volume }: { readonly volume: IngestKey['volume'] }): ReactElement {
  const refused = volume.refusedRequests.reduce((sum, { requests }) => sum + requests, 0);
  const rejected = volume.rejectedSpans.reduce((sum, { spans }) => sum + spans, 0);
  return (
    <div className="text-sm">
      <p title={formatExactCount(volume.acceptedSpans)}>
        <span className="font-medium">{formatCount(volume.acceptedSpans)}</span>
        <span className="text-ink-3"> spans, {formatBytes(volume.receivedBytes)}</span>
      </p>
      {refused + rejected > 0 && (
        <p className="text-xs text-failed-text">
          {refused > 0 && `${formatCount(refused)} ${refused === 1 ? 'request' : 'requests'} refused`}
          {refused > 0 && rejected > 0 && ', '}
          {rejected > 0 && `${formatCount(rejected)} ${rejected === 1 ? 'span' : 'spans'} rejected`}
        </p>
      )}
    </div>
  );
}

function LastUse({ ingestKey }: { readonly ingestKey: IngestKey }): ReactElement {
  const { reads, lastUsedAt, createdAt } = ingestKey;
  return (
    <p className="text-sm">
      {reads ? (
        <span className="text-ink-3">its use is not noted</span>
      ) : lastUsedAt === null ? (
        <span className="text-ink-3">never used</span>
      ) : (
        <>
          used <TimeAgo at={lastUsedAt} />
        </>
      )}
      {createdAt !== null && (
        <span className="block text-xs text-ink-3">
          created <TimeAgo at={createdAt} />
        </span>
      )}
    </p>
  );
}

/** One key: what it is for, what it may, what came with it. */
export function KeyRow({ ingestKey }: { readonly ingestKey: IngestKey }): ReactElement {
  const { label, project, hint, revokedAt, source } = ingestKey;
  const [revoking, setRevoking] = useState(false);
  const isRevoked = revokedAt !== null;
  return (
    <li className="grid items-center gap-x-5 gap-y-2 px-4 py-3 md:grid-cols-[minmax(0,1fr)_11rem_9rem_5.5rem]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className={`font-medium break-words ${isRevoked ? 'text-ink-2' : ''}`}>{label}</span>
          <span className="rounded-sm bg-sunken px-1.5 text-xs text-ink-2">{project}</span>
          {hint !== '' && <code className="font-mono text-xs text-ink-3">{hint}…</code>}
        </p>
        <p className="mt-0.5 text-sm break-words text-ink-2">{limitWords(ingestKey)}</p>
      </div>
      {ingestKey.reads ? <span /> : <Volume volume={ingestKey.volume} />}
      <LastUse ingestKey={ingestKey} />
      <div className="flex md:justify-end">
        {isRevoked && <StatusMark tone="quiet">Revoked</StatusMark>}
        {!isRevoked && source === 'created' && (
          <Button look="danger" aria-label={`Revoke ${label}`} onClick={() => setRevoking(true)}>
            Revoke…
          </Button>
        )}
      </div>
      <RevokeKeyDialog ingestKey={ingestKey} open={revoking} onOpenChange={setRevoking} />
    </li>
  );
}
