import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { StreamPage } from '@weir/schemas/api';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useApi } from '../../lib/api/api-context.ts';
import { askedScope } from '../../lib/api/queries.ts';
import { formatFilter } from '../../lib/scope/filter.ts';
import { searchOfRange } from '../../lib/scope/search-params.ts';
import { useScope } from '../../lib/scope/use-scope.ts';

const pageSize = 100;
/** Beyond this nobody scrolls; a filter or a search finds more. */
const maxPages = 200;

/**
 * The streams of the scope, newest first, page by page. While the reader is at the top, a step of the page's clock
 * brings the newest page; further down the list stands still, and `newer` says that there is something to go back for.
 *
 * @param search an id, or an empty string
 * @param atTop whether the top of the list is in view
 */
export function useStreamList(search: string, atTop: boolean) {
  const { client, clock } = useApi();
  const { range, filters } = useScope();
  const cache = useQueryClient();
  const nowMs = useSyncExternalStore(clock.subscribe, clock.nowMs);
  const queryKey = useMemo(
    () => ['stream-list', searchOfRange(range), filters.map(formatFilter), search],
    [range, filters, search],
  );
  const query = useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      client.streams(
        askedScope({ range, filters }, clock.nowMs()),
        {
          limit: pageSize,
          ...(pageParam === '' ? {} : { cursor: pageParam }),
          ...(search === '' ? {} : { search }),
        },
        signal,
      ),
    getNextPageParam: ({ nextCursor }, pages) => (pages.length < maxPages ? nextCursor : null),
  });

  const showNewest = useCallback(() => {
    cache.setQueryData<InfiniteData<StreamPage, string>>(queryKey, (data) =>
      data === undefined ? data : { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    void cache.invalidateQueries({ queryKey });
  }, [cache, queryKey]);

  const newer = range.kind === 'relative' && query.dataUpdatedAt > 0 && nowMs > query.dataUpdatedAt;
  useEffect(() => {
    if (newer && atTop) showNewest();
  }, [newer, atTop, showNewest]);

  return { query, newer: newer && !atTop, showNewest };
}
