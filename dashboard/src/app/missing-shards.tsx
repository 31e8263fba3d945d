import type { ReactElement } from 'react';
import { usePipeline } from '../lib/api/queries.ts';
import { describeMissingShards } from '../lib/format/shards.ts';

/** On top of every page while its figures are of a part of the streams only. */
export function MissingShardsNotice(): ReactElement | null {
  const text = describeMissingShards(usePipeline().data?.cluster);
  if (text === undefined) return null;
  return (
    <p role="status" className="mb-4 rounded-lg border border-failed bg-surface px-3 py-2 text-failed-text">
      {text}
    </p>
  );
}
