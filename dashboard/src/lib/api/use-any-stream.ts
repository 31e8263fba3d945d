import { useQuery } from '@tanstack/react-query';
import { useApi } from './api-context.ts';
import { useSummary } from './queries.ts';

/** Further back nothing is kept. */
const lookBackMs = 400 * 86_400_000;

/**
 * Whether this collector has ever received a stream. Asked only when the page's own range is empty; `unknown` while
 * nobody can say, so that nothing flashes up.
 */
export function useAnyStream(): 'some' | 'none' | 'unknown' {
  const { client } = useApi();
  const summary = useSummary();
  const quiet =
    summary.data !== undefined && summary.data.streams === 0 && summary.data.previous.streams === 0;
  const newest = useQuery({
    queryKey: ['any-stream'],
    enabled: quiet,
    refetchInterval: quiet ? 5000 : false,
    queryFn: ({ signal }) => {
      const toMs = Date.now();
      return client.streams({ fromMs: toMs - lookBackMs, toMs, filters: [] }, { limit: 1 }, signal);
    },
  });
  if (summary.data === undefined) return 'unknown';
  if (!quiet) return 'some';
  if (newest.data === undefined) return 'unknown';
  return newest.data.rows.length > 0 ? 'some' : 'none';
}
