/** A question as a panel of the dashboard asks it: path and query without a range. */
export interface Question {
  readonly path: string;
  /**
   * `two`: groups and filters by up to two dimensions, as nearly every panel. `many`: by more, or by an id.
   * `list`: streams themselves.
   */
  readonly kind: 'two' | 'many' | 'list';
}

/** Ids of one stored stream, to search for. */
export interface KnownStream {
  readonly traceId: string;
  readonly spanId: string;
  readonly requestId: string;
  readonly providerRequestId: string;
  readonly userHash: string;
  readonly sessionId: string;
  readonly conversationId: string;
}

/** What a person who has the whole dashboard open asks, and what one who looks for a cause asks after that. */
export function questionsAbout(known: KnownStream): readonly Question[] {
  const two = [
    '/summary',
    '/summary?filter=model:model-3',
    '/summary?filter=model:model-3&filter=network:wifi',
    '/summary?filter=provider:openai&filter=region:R7',
    '/timeseries?buckets=60',
    '/timeseries?buckets=120&filter=attachment:audio',
    '/timeseries?by=model&limit=5&buckets=120',
    '/timeseries?by=reason&limit=40&buckets=120',
    '/timeseries?by=region&limit=5&buckets=120',
    '/timeseries?by=network&limit=5&buckets=120&filter=model:model-3',
    '/breakdown?by=model&limit=50',
    '/breakdown?by=attachment&limit=50',
    '/breakdown?by=network&limit=50',
    '/breakdown?by=region&limit=50',
    '/breakdown?by=reason&limit=60&filter=outcome:failed',
    '/breakdown?by=region&limit=50&filter=!model:model-0',
    '/dimensions/model/values',
    '/dimensions/region/values?filter=attachment:audio',
    '/gaps?limit=8',
    '/gaps?limit=8&filter=model:model-3',
  ];
  const many = [
    '/summary?filter=model:model-3&filter=network:wifi&filter=attachment:audio',
    '/timeseries?by=region&limit=5&buckets=120&filter=model:model-3&filter=network:wifi',
    '/breakdown?by=model&limit=50&filter=attachment:audio&filter=network:vpn&filter=country:C7',
    '/breakdown?by=reason&limit=50&filter=!model:model-0&filter=!network:wifi&filter=service:chat',
  ];
  const list = [
    '/streams',
    '/streams?filter=outcome:failed',
    `/streams?search=${known.traceId}`,
    `/streams?search=${known.requestId}`,
    `/streams?search=${known.providerRequestId}`,
    `/streams?search=${known.userHash}`,
    `/streams?search=${known.sessionId}`,
    `/streams?search=${known.conversationId}`,
    `/streams/${known.traceId}/${known.spanId}`,
  ];
  return [
    ...two.map((path) => ({ path, kind: 'two' }) as const),
    ...many.map((path) => ({ path, kind: 'many' }) as const),
    ...list.map((path) => ({ path, kind: 'list' }) as const),
  ];
}

/** One stream has no range. */
export function urlOf({ path }: Question, range: { readonly fromMs: number; readonly toMs: number }): string {
  if (/^\/streams\/[0-9a-f]+\/[0-9a-f]+$/.test(path)) return path;
  return `${path}${path.includes('?') ? '&' : '?'}from=${range.fromMs}&to=${range.toMs}`;
}
