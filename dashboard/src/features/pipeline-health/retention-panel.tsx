import type { RetentionState } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { useNow } from '../../components/time-text.tsx';
import { useRetention } from '../../lib/api/queries.ts';
import { formatCount } from '../../lib/format/numbers.ts';
import { formatAgo } from '../../lib/format/times.ts';

function lastRun({ lastRun: run }: RetentionState, nowMs: number): string {
  if (run === null) return 'It has not run since the collector started.';
  const at = Date.parse(run.startedAt);
  const ago = formatAgo(at, Math.max(nowMs, at));
  if (run.status === 'failed') return `The last run, ${ago}, failed and is repeated: ${run.reason}`;
  return `The last run was ${ago}; ${formatCount(run.rowsDeleted)} rows were deleted.`;
}

/** For how long streams and what is counted from them are kept, and what was deleted for being older. */
export function RetentionPanel({ state }: { readonly state: RetentionState }): ReactElement {
  const now = useNow();
  const { data } = useRetention();
  const rows = data === undefined ? [] : [{ project: 'All others', ...data.defaults }, ...data.projects];
  const table = {
    columns: ['Project', 'Streams, days', 'Counts, days'],
    rows: rows.map(({ project, rawDays, rollupDays }) => [project, rawDays, rollupDays]),
  };
  return (
    <Panel title="Retention" hint="days that are kept" table={table}>
      <dl className="mt-1 space-y-1.5">
        {rows.map(({ project, rawDays, rollupDays }) => (
          <div key={project} className="flex items-baseline justify-between gap-3">
            <dt className="min-w-0 truncate text-ink-2">{project}</dt>
            <dd className="text-right font-medium">
              {rawDays} d<span className="ml-2 font-normal text-ink-3">counts {rollupDays} d</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className={`mt-3 text-sm ${state.lastRun?.status === 'failed' ? 'text-failed-text' : 'text-ink-3'}`}>
        {lastRun(state, now)}
      </p>
    </Panel>
  );
}
