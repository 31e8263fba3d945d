/** What kept the collector from doing what was asked, and what to do about it. */
export class CollectorRefusal extends Error {
  override readonly name = 'CollectorRefusal';
}

export interface CollectorAddress {
  readonly url: string;
  readonly password: string | undefined;
}

export type CollectorApi = <T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<T>;

/** Asks the API of a running collector. Each call throws `CollectorRefusal` with one sentence. */
export function collectorApi(fetcher: typeof fetch, { url, password }: CollectorAddress): CollectorApi {
  const base = url.replace(/\/+$/, '');
  const authorization = password === undefined ? undefined : `Basic ${btoa(`keys:${password}`)}`;
  return async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetcher(`${base}/api/v1/${path}`, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new CollectorRefusal(
        `No collector answers at ${base}. Start it with \`npm start\`; if it listens elsewhere, say where with WEIR_PORT or --url.`,
        { cause },
      );
    });
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    throw new CollectorRefusal(await reasonOf(response, password));
  };
}

async function reasonOf(response: Response, password: string | undefined): Promise<string> {
  if (response.status === 401) {
    return password === undefined
      ? 'The collector has a password: set WEIR_DASHBOARD_PASSWORD to it.'
      : 'WEIR_DASHBOARD_PASSWORD is not the password of this collector.';
  }
  const body: unknown = await response.json().catch(() => undefined);
  const isError = typeof body === 'object' && body !== null && 'message' in body;
  return isError
    ? String(body.message)
    : `Something else than a collector answers there (HTTP ${response.status}).`;
}
