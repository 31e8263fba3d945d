import type { IngestKey } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { KeyRow } from './key-row.tsx';

function tableOf(keys: readonly IngestKey[]) {
  return {
    columns: ['Id', 'Project', 'Label', 'Created', 'Last used', 'Spans', 'Bytes', 'Revoked'],
    rows: keys.map(({ id, project, label, createdAt, lastUsedAt, revokedAt, volume }) => [
      ...[id, project, label, createdAt, lastUsedAt],
      ...[volume.acceptedSpans, volume.receivedBytes, revokedAt],
    ]),
  };
}

/** Usable keys by project, then those that were revoked. */
export function KeyList({ keys }: { readonly keys: readonly IngestKey[] }): ReactElement {
  const usable = keys
    .filter(({ revokedAt }) => revokedAt === null)
    .toSorted((a, b) => a.project.localeCompare(b.project));
  const revoked = keys.filter(({ revokedAt }) => revokedAt !== null);
  return (
    <Panel title="Keys" hint="spans since this collector started" table={tableOf(keys)} flush>
      {keys.length === 0 ? (
        <p className="px-4 py-10 text-center text-ink-3">There is no key yet.</p>
      ) : (
        <ul className="divide-y divide-line">
          {[...usable, ...revoked].map((key) => (
            <KeyRow key={key.id} ingestKey={key} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
