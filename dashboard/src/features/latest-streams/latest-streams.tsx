import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { StreamListHead, StreamRow, streamTable } from '../../components/stream-row.tsx';
import { useLatestStreams } from '../../lib/api/queries.ts';
import { withFilter } from '../../lib/scope/filter.ts';
import { searchOfFilters } from '../../lib/scope/search-params.ts';
import { useScope } from '../../lib/scope/use-scope.ts';

const views = [
  { value: 'failed', label: 'Failures' },
  { value: 'all', label: 'All' },
] as const;

type View = (typeof views)[number]['value'];

const shownStreams = 12;

const failureFilters = [
  { dimension: 'outcome', value: 'failed', exclude: false },
  { dimension: 'outcome', value: 'lost', exclude: false },
] as const;

const failureFilterTexts = ['outcome:failed', 'outcome:lost'];

/** The newest streams that failed, or all of them; a live list. */
export function LatestStreams(): ReactElement {
  const [view, setView] = useState<View>('failed');
  const { filters } = useScope();
  const outcomeFiltered = filters.some(({ dimension, exclude }) => dimension === 'outcome' && !exclude);
  const onlyFailures = view === 'failed' && !outcomeFiltered;
  const streams = useLatestStreams(shownStreams, onlyFailures ? failureFilterTexts : []);
  const linked = onlyFailures ? failureFilters.reduce(withFilter, filters) : filters;
  return (
    <Panel
      title={onlyFailures ? 'Latest failures' : 'Latest streams'}
      flush
      controls={
        <>
          {!outcomeFiltered && (
            <Segmented label="Which streams to list" options={views} value={view} onChange={setView} />
          )}
          <Link
            to="/streams"
            search={(search) => ({ ...search, ...searchOfFilters(linked) })}
            className="ml-1 flex items-center gap-0.5 rounded-sm px-1 text-sm text-ink-2 hover:text-ink"
          >
            Open list
            <Icon name="right" />
          </Link>
        </>
      }
      table={streams.data === undefined ? undefined : streamTable(streams.data.rows)}
    >
      <div className={streams.error === null ? '' : 'px-4'}>
        <QueryBody query={streams} skeleton={<div className="skeleton mx-4 h-100" />}>
          {({ rows }) =>
            rows.length === 0 ? (
              <p className="py-8 text-center text-ink-3">
                {onlyFailures ? 'No stream failed in this range.' : 'No stream ended in this range.'}
              </p>
            ) : (
              <div>
                <StreamListHead />
                <ul aria-label="Latest streams" className="divide-y divide-line">
                  {rows.map((stream) => (
                    <li key={`${stream.traceId} ${stream.spanId}`}>
                      <StreamRow stream={stream} />
                    </li>
                  ))}
                </ul>
              </div>
            )
          }
        </QueryBody>
      </div>
    </Panel>
  );
}
