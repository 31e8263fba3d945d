import { HEX, type Random, randomString } from '../random.ts';
import type { Headers } from '../wire/step.ts';

/** How an intermediary ends a response whose headers it has already passed on. */
export type CutStyle =
  /** FIN without the end of the chunked body. */
  | 'premature_close'
  /** RST. */
  | 'reset'
  /** A proper end of the body, as if the answer were complete. */
  | 'clean_end';

export type IntermediaryName =
  | 'nginx'
  | 'alb'
  | 'cloudflare'
  | 'envoy'
  | 'haproxy'
  | 'heroku'
  | 'fastly'
  | 'api_gateway';

export interface Timeouts {
  /** Longest time between two reads from upstream; the same timer runs before the headers. */
  readonly idleTimeoutMs?: number | undefined;
  /** Longest time for the whole response. */
  readonly totalTimeoutMs?: number | undefined;
  /** Longest time until the first byte from upstream. */
  readonly firstByteTimeoutMs?: number | undefined;
}

export interface Intermediary {
  readonly name: IntermediaryName;
  /** The product's own defaults. */
  readonly defaults: Timeouts;
  readonly cut: CutStyle;
  /** Status it answers with when a timer runs out before any header was passed on. */
  readonly timeoutStatus: number;
  /** Headers it adds to, or puts over, what upstream sent. */
  readonly headers: (random: Random) => Headers;
  /** Headers of its own pages alone. */
  readonly pageHeaders?: Headers;
  /** Content type and body of an answer of its own. */
  readonly page: (status: number) => { readonly contentType: string; readonly body: string };
}

const REASONS: Readonly<Record<number, string>> = {
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  520: 'Web server is returning an unknown error',
  524: 'A timeout occurred',
};

function titleOf(status: number): string {
  return `${status} ${REASONS[status] ?? 'Error'}`;
}

function html(body: string): { readonly contentType: string; readonly body: string } {
  return { contentType: 'text/html', body };
}

const nginx: Intermediary = {
  name: 'nginx',
  defaults: { idleTimeoutMs: 60_000 },
  cut: 'premature_close',
  timeoutStatus: 504,
  headers: () => ({ server: 'nginx/1.29.3' }),
  page: (status) =>
    html(
      `<html>\r\n<head><title>${titleOf(status)}</title></head>\r\n<body>\r\n<center><h1>${titleOf(status)}</h1></center>\r\n<hr><center>nginx/1.29.3</center>\r\n</body>\r\n</html>\r\n`,
    ),
};

const alb: Intermediary = {
  name: 'alb',
  defaults: { idleTimeoutMs: 60_000 },
  cut: 'premature_close',
  timeoutStatus: 504,
  // A load balancer passes upstream's `server` through and names itself only in its own pages.
  headers: () => ({}),
  pageHeaders: { server: 'awselb/2.0' },
  page: (status) =>
    html(
      `<html>\r\n<head><title>${titleOf(status)}</title></head>\r\n<body>\r\n<center><h1>${titleOf(status)}</h1></center>\r\n</body>\r\n</html>\r\n`,
    ),
};

const cloudflare: Intermediary = {
  name: 'cloudflare',
  defaults: { idleTimeoutMs: 120_000 },
  cut: 'premature_close',
  timeoutStatus: 524,
  headers: (random) => ({
    server: 'cloudflare',
    'cf-ray': `${randomString(random, HEX, 16)}-FRA`,
    'cf-cache-status': 'DYNAMIC',
  }),
  page: (status) =>
    html(
      `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n<title>example.com | ${status}: ${REASONS[status] ?? 'Error'}</title>\n<meta charset="UTF-8" />\n</head>\n<body>\n<div id="cf-wrapper"><div id="cf-error-details"><h1>${REASONS[status] ?? 'Error'}<span>Error code ${status}</span></h1></div></div>\n</body>\n</html>\n`,
    ),
};

const envoy: Intermediary = {
  name: 'envoy',
  defaults: { totalTimeoutMs: 15_000, idleTimeoutMs: 300_000 },
  cut: 'premature_close',
  timeoutStatus: 504,
  headers: () => ({ server: 'envoy', 'x-envoy-upstream-service-time': '12' }),
  page: (status) => ({
    contentType: 'text/plain',
    body:
      status === 504
        ? 'upstream request timeout'
        : 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  }),
};

const haproxy: Intermediary = {
  name: 'haproxy',
  defaults: { idleTimeoutMs: 50_000 },
  cut: 'premature_close',
  timeoutStatus: 504,
  headers: () => ({}),
  page: (status) =>
    html(`<html><body><h1>${titleOf(status)}</h1>\nThe server didn't respond in time.\n</body></html>\n`),
};

const heroku: Intermediary = {
  name: 'heroku',
  defaults: { firstByteTimeoutMs: 30_000, idleTimeoutMs: 55_000 },
  cut: 'premature_close',
  timeoutStatus: 503,
  headers: () => ({ via: '1.1 heroku-router' }),
  page: () =>
    html(
      '<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>Application Error</title></head>\n<body><iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe></body>\n</html>\n',
    ),
};

const fastly: Intermediary = {
  name: 'fastly',
  defaults: { firstByteTimeoutMs: 15_000, idleTimeoutMs: 60_000 },
  // Between-bytes timeouts end the body as if it were complete.
  cut: 'clean_end',
  timeoutStatus: 503,
  headers: () => ({ via: '1.1 varnish', 'x-served-by': 'cache-fra-eddf8230001-FRA', 'x-cache': 'MISS' }),
  page: (status) =>
    html(
      `<?xml version="1.0" encoding="utf-8"?>\n<html>\n<head><title>${status} first byte timeout</title></head>\n<body><h1>Error ${status} first byte timeout</h1><p>first byte timeout</p><hr><p>Varnish cache server</p></body>\n</html>\n`,
    ),
};

const apiGateway: Intermediary = {
  name: 'api_gateway',
  defaults: { totalTimeoutMs: 29_000 },
  cut: 'premature_close',
  timeoutStatus: 504,
  headers: (random) => ({
    'x-amzn-requestid': randomString(random, HEX, 32),
    'x-amz-apigw-id': randomString(random, HEX, 15),
  }),
  page: (status) => ({
    contentType: 'application/json',
    body: JSON.stringify({
      message: status === 504 ? 'Endpoint request timed out' : 'Internal server error',
    }),
  }),
};

/** Products that stand between an application and a model, and how each of them fails. */
export const intermediaries: Readonly<Record<IntermediaryName, Intermediary>> = {
  nginx,
  alb,
  cloudflare,
  envoy,
  haproxy,
  heroku,
  fastly,
  api_gateway: apiGateway,
};

export function isIntermediary(name: string): name is IntermediaryName {
  return Object.hasOwn(intermediaries, name);
}

/** Status, headers and body of an answer that the intermediary makes up itself. */
export function ownAnswer(intermediary: Intermediary, status: number, random: Random) {
  const page = intermediary.page(status);
  return {
    status,
    headers: {
      ...intermediary.headers(random),
      ...intermediary.pageHeaders,
      'content-type': page.contentType,
      'content-length': String(Buffer.byteLength(page.body)),
    },
    body: page.body,
  };
}
