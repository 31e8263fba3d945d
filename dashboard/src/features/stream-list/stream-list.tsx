import { getRouteApi } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import type { StreamRow as Stream } from '@weir/schemas/api';
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { FailureNote } from '../../components/query-body.tsx';
import { StreamListHead, StreamRow, streamRowHeight, streamTable } from '../../components/stream-row.tsx';
import { downloadFile } from '../../lib/clipboard.ts';
import { formatExactCount } from '../../lib/format/numbers.ts';
import { toCsv } from '../../lib/table-data.ts';
import { tableMedia, useMedia } from '../../lib/use-media.ts';
import { SearchField } from './search-field.tsx';
import { useStreamList } from './use-stream-list.ts';

const route = getRouteApi('/streams');

/** Rows below the window that are made in advance, and how near the end the next page is asked for. */
const overscan = 12;

const topOfPage = 160;

function subscribeToScroll(listener: () => void): () => void {
  addEventListener('scroll', listener, { passive: true });
  return () => removeEventListener('scroll', listener);
}

function useAtTop(): boolean {
  return useSyncExternalStore(subscribeToScroll, () => scrollY < topOfPage);
}

function VirtualRows({
  streams,
  onNearEnd,
}: {
  readonly streams: readonly Stream[];
  readonly onNearEnd: () => void;
}): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  const [offset, setOffset] = useState(0);
  const height = useMedia(tableMedia) ? streamRowHeight.line : streamRowHeight.card;
  const virtualizer = useWindowVirtualizer({
    count: streams.length,
    estimateSize: () => height,
    overscan,
    scrollMargin: offset,
    getItemKey: (index) => `${streams[index]?.traceId} ${streams[index]?.spanId}`,
  });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;

  useEffect(() => setOffset(list.current?.offsetTop ?? 0), []);
  useEffect(() => {
    // A changed row height makes everything measured so far wrong.
    if (height > 0) virtualizer.measure();
  }, [height, virtualizer]);
  useEffect(() => {
    if (lastIndex >= streams.length - overscan) onNearEnd();
  }, [lastIndex, streams.length, onNearEnd]);

  return (
    <ul
      ref={list}
      aria-label="Streams, newest first"
      className="relative"
      style={{ height: virtualizer.getTotalSize() }}
    >
      {items.map((item) => {
        const stream = streams[item.index];
        if (stream === undefined) return null;
        return (
          <li
            key={item.key}
            className="absolute inset-x-0 top-0 border-b border-line"
            style={{ height, transform: `translateY(${item.start - offset}px)` }}
          >
            <StreamRow stream={stream} />
          </li>
        );
      })}
    </ul>
  );
}

function ListSkeleton(): ReactElement {
  return (
    <div aria-busy="true" className="space-y-3 p-4">
      {Array.from({ length: 14 }, (_, index) => `row ${index}`).map((key) => (
        <div key={key} className="skeleton h-5.5" />
      ))}
    </div>
  );
}

function EmptyList({ search }: { readonly search: string }): ReactElement {
  return (
    <div className="px-4 py-16 text-center">
      <p className="font-medium">No stream matches</p>
      <p className="mt-1 text-ink-2">
        {search === ''
          ? 'Try a longer time range, or remove a filter.'
          : 'Ids are matched whole. Try a longer time range: the search looks within it.'}
      </p>
    </div>
  );
}

/** Every stream of the scope, newest first, as far down as one cares to scroll. */
export function StreamList(): ReactElement {
  const { q = '' } = route.useSearch();
  const atTop = useAtTop();
  const { query, newer, showNewest } = useStreamList(q, atTop);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const streams = data?.pages.flatMap(({ rows }) => rows) ?? [];
  const loadMore = (): void => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };

  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <SearchField />
        <p className="text-sm text-ink-3" aria-live="polite">
          {data !== undefined &&
            `${formatExactCount(streams.length)}${hasNextPage ? ' loaded, more below' : streams.length === 1 ? ' stream' : ' streams'}`}
        </p>
        <Button
          look="ghost"
          className="ml-auto"
          disabled={streams.length === 0}
          onClick={() => downloadFile('weir-streams.csv', 'text/csv', toCsv(streamTable(streams)))}
        >
          <Icon name="download" />
          CSV
        </Button>
      </div>
      {error !== null && (
        <FailureNote error={error} onRetry={() => void query.refetch()} stale={data !== undefined} />
      )}
      <div className="rounded-lg border border-line bg-surface">
        <div className="sticky top-13 z-10 rounded-t-lg bg-surface">
          <StreamListHead />
          {newer && (
            <div className="absolute inset-x-0 top-10 flex justify-center">
              <Button
                look="primary"
                className="rounded-full shadow-popover"
                onClick={() => {
                  scrollTo({ top: 0 });
                  showNewest();
                }}
              >
                Show newer streams
              </Button>
            </div>
          )}
        </div>
        {data === undefined && error === null && <ListSkeleton />}
        {data !== undefined && streams.length === 0 && <EmptyList search={q} />}
        {streams.length > 0 && <VirtualRows streams={streams} onNearEnd={loadMore} />}
        {isFetchingNextPage && (
          <p className="px-4 py-3 text-center text-sm text-ink-3">Loading older streams…</p>
        )}
        {data !== undefined && !hasNextPage && streams.length > 0 && (
          <p className="px-4 py-3 text-center text-sm text-ink-3">This is the oldest stream of the range.</p>
        )}
      </div>
    </div>
  );
}
