import type { TerminationReason } from '@weir/schemas/termination';

/**
 * What a network error says about itself: the codes of the error and of its causes, outermost first. Runtimes wrap the
 * interesting one (`fetch failed` <- `connect ECONNREFUSED`), and a dual-stack connect fails with an `AggregateError`.
 */
export interface NetworkErrorFacts {
  /** First code of the chain that is known here, else the first code at all, else ''. */
  readonly code: string;
  /** What the code stands for; undefined when no code is known. */
  readonly kind: NetworkErrorKind | undefined;
}

export type NetworkErrorKind =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'connect_timeout'
  | 'tls'
  | 'reset'
  | 'headers_timeout'
  | 'body_timeout'
  | 'undecodable'
  | 'invalid_request';

/** Node and undici, Bun, Deno (whose errors carry OS codes in `code` too) and the codes of c-ares and zlib. */
const kindByCode: Readonly<Record<string, NetworkErrorKind>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  EREFUSED: 'dns',
  DNSException: 'dns',
  ECONNREFUSED: 'refused',
  ConnectionRefused: 'refused',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  UnableToConnect: 'unreachable',
  FailedToOpenSocket: 'unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'headers_timeout',
  UND_ERR_BODY_TIMEOUT: 'body_timeout',
  EPROTO: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  ECONNCLOSED: 'reset',
  EPIPE: 'reset',
  ConnectionReset: 'reset',
  ConnectionClosed: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ERR_HTTP2_STREAM_ERROR: 'reset',
  ERR_HTTP2_GOAWAY_SESSION: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
  HTTPParserError: 'undecodable',
  ERR_CONTENT_DECODING_FAILED: 'undecodable',
  ZlibError: 'undecodable',
  BrotliDecompressionError: 'undecodable',
  UND_ERR_INVALID_ARG: 'invalid_request',
  ERR_INVALID_URL: 'invalid_request',
};

const kindByPrefix: readonly (readonly [string, NetworkErrorKind])[] = [
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['CERT_', 'tls'],
  ['UNABLE_TO_DECRYPT_', 'tls'],
  ['HPE_', 'undecodable'],
  ['Z_', 'undecodable'],
  ['ERR__ERROR_FORMAT', 'undecodable'],
  ['ERR_BROTLI_', 'undecodable'],
];

/** Deno's errors carry no code, only the words of its HTTP library (hyper). First match wins. */
const kindByWords: readonly (readonly [RegExp, string, NetworkErrorKind])[] = [
  [/client error \(Connect\): dns error/, 'dns error', 'dns'],
  [/client error \(Connect\): .*\(os error (?:111|61|10061)\)/, 'connection refused', 'refused'],
  [/client error \(Connect\): .*\(os error (?:110|60|10060)\)/, 'connect timed out', 'connect_timeout'],
  [/client error \(Connect\): .*\(os error \d+\)/, 'unreachable', 'unreachable'],
  [/client error \(Connect\): /, 'tls handshake failed', 'tls'],
  [/client error \(SendRequest\)|error reading a body from connection/, 'connection closed', 'reset'],
  [/error decoding response body/, 'undecodable body', 'undecodable'],
];

const maxDepth = 8;

/** Looks down the chain of causes for a code that is known. */
export function networkErrorFacts(error: unknown): NetworkErrorFacts {
  let firstCode = '';
  for (const link of causes(error)) {
    const code = codeOf(link);
    const kind = kindOf(code, link) ?? kindOf(nameOf(link), link);
    if (kind !== undefined) return { code: code || nameOf(link), kind };
    const told = toldByDeno(link);
    if (told !== undefined) return told;
    firstCode ||= code;
  }
  return { code: firstCode, kind: undefined };
}

function* causes(error: unknown): Generator<object> {
  let link = error;
  for (let depth = 0; depth < maxDepth && typeof link === 'object' && link !== null; depth++) {
    yield link;
    const errors: unknown = Reflect.get(link, 'errors');
    link = Array.isArray(errors) && errors.length > 0 ? errors[0] : Reflect.get(link, 'cause');
  }
}

function codeOf(link: object): string {
  const code: unknown = Reflect.get(link, 'code');
  return typeof code === 'string' ? code : '';
}

/** undici's parser error and some of Bun's and Deno's transport errors carry their kind in the name alone. */
function nameOf(link: object): string {
  const name: unknown = Reflect.get(link, 'name');
  return typeof name === 'string' ? name : '';
}

function toldByDeno(link: object): NetworkErrorFacts | undefined {
  const message: unknown = Reflect.get(link, 'message');
  if (typeof message !== 'string') return undefined;
  const found = kindByWords.find(([words]) => words.test(message));
  return found && { code: found[1], kind: found[2] };
}

function kindOf(code: string, link: object): NetworkErrorKind | undefined {
  if (code === '') return undefined;
  // A timed-out connect and a timed-out read share the code; the system call tells them apart.
  if (code === 'ETIMEDOUT') return Reflect.get(link, 'syscall') === 'read' ? 'reset' : 'connect_timeout';
  if (Object.hasOwn(kindByCode, code)) return kindByCode[code];
  return kindByPrefix.find(([prefix]) => code.startsWith(prefix))?.[1];
}

/** The reason for a failure before any response headers. */
export function reasonBeforeHeaders(kind: NetworkErrorKind | undefined, offline: boolean): TerminationReason {
  if (offline) return 'offline';
  switch (kind) {
    case 'dns':
      return 'dns_error';
    case 'connect_timeout':
      return 'connect_timeout';
    case 'tls':
      return 'tls_error';
    case 'headers_timeout':
      return 'headers_timeout';
    case 'undecodable':
      return 'malformed';
    case 'invalid_request':
      return 'bad_request';
    default:
      return 'connect_error';
  }
}
