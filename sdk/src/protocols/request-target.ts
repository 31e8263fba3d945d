/** Where a request goes, without its query's values. */
export interface Target {
  /** '' for a relative URL. */
  readonly host: string;
  readonly port: string;
  /** Without a trailing slash. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const relativeBase = 'http://relative.invalid';

/** Never throws: what is no URL is all path. */
export function parseTarget(url: string | URL): Target {
  const parsed = typeof url === 'string' ? parse(url) : url;
  if (parsed === undefined)
    return { host: '', port: '', path: trimmed(String(url)), query: new URLSearchParams() };
  const isRelative = parsed.origin === relativeBase;
  return {
    host: isRelative ? '' : parsed.hostname,
    port: parsed.port,
    path: trimmed(parsed.pathname),
    query: parsed.searchParams,
  };
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url, relativeBase);
  } catch {
    return undefined;
  }
}

function trimmed(path: string): string {
  const end = path.search(/[?#]/);
  return (end === -1 ? path : path.slice(0, end)).replace(/\/+$/, '');
}
