/** Where a request goes, without its query's values. */
export interface Target {
  /** '' for a relative URL. */
  readonly host: string;
  readonly port: string;
  /** Without a trailing slash. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const relativeHost = 'relative.invalid';

/** Never throws: what is no URL is all path. */
export function parseTarget(url: string | URL): Target {
  const parsed = typeof url === 'string' ? parse(url) : url;
  if (parsed !== undefined) return new UrlTarget(parsed);
  return { host: '', port: '', path: trimmed(String(url)), query: new URLSearchParams() };
}

/** One is made several times a call: a runtime parses the query only when it is asked for, which few calls need. */
class UrlTarget implements Target {
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly #url: URL;

  constructor(url: URL) {
    const { hostname } = url;
    this.host = hostname === relativeHost ? '' : hostname;
    this.port = url.port;
    this.path = trimmed(url.pathname);
    this.#url = url;
  }

  get query(): URLSearchParams {
    return this.#url.searchParams;
  }
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url, `http://${relativeHost}`);
  } catch {
    return undefined;
  }
}

function trimmed(path: string): string {
  const end = path.search(/[?#]/);
  const whole = end === -1 ? path : path.slice(0, end);
  return whole.endsWith('/') ? whole.replace(/\/+$/, '') : whole;
}
