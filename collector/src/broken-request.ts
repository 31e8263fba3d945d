import type { IngestMetrics } from './receive/ingest-metrics.ts';

/**
 * Counts what Node's HTTP parser refuses, and Fastify answers with 400, 408 or 431 before it closes the connection:
 * no request comes of it that anything else could count. That a peer left is no refusal.
 */
export function countBrokenRequest(
  { code = '' }: NodeJS.ErrnoException,
  metrics: Pick<IngestMetrics, 'closed'>,
): void {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') metrics.closed('http', 'timeout');
  else if (code === 'HPE_HEADER_OVERFLOW') metrics.closed('http', 'headers_too_large');
  else if (code.startsWith('HPE_')) metrics.closed('http', 'malformed');
}
