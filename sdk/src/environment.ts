import type { Vantage } from '@weir/schemas/termination';
import { isPageOffline, pageFacts } from './browser/page-facts.ts';
import type { NetworkFacts } from './fetch/options.ts';

/** The process or page that the SDK runs in, as far as it can be told without asking the network. */
export interface Environment {
  readonly vantage: Vantage;
  isOffline(): boolean;
  /** The generation of metric names that the environment asks for. */
  readonly metricNames: 'operation' | 'inference';
  /** Facts about the network, and about the way to `url` where that is known. */
  network(url: URL | undefined): NetworkFacts;
  /** Calls `listener` when the page goes away; there is no such moment elsewhere. */
  onPageClose(listener: () => void): void;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function detectEnvironment(): Environment {
  return typeof document === 'undefined'
    ? serverEnvironment(Reflect.get(globalThis, 'process'))
    : pageEnvironment();
}

interface ServerProcess {
  readonly env?: Variables;
  readonly execArgv?: readonly string[];
  readonly versions?: Variables;
}

/** @param process Node's `process` or what another runtime has in its place. Variables are read at each call. */
export function serverEnvironment(process: ServerProcess | undefined): Environment {
  const variables = process?.env ?? {};
  return {
    vantage: 'consumer',
    isOffline: () => false,
    metricNames: optsIntoLatest(variables) ? 'inference' : 'operation',
    network: (url) => (usesProxyVariables(process) && proxyApplies(url, variables) ? { proxy: true } : {}),
    onPageClose: () => undefined,
  };
}

/** https://opentelemetry.io/docs/specs/semconv/gen-ai/ has instrumentations keep their names unless they are told so. */
function optsIntoLatest({ OTEL_SEMCONV_STABILITY_OPT_IN: optIn = '' }: Variables): boolean {
  return optIn.split(',').some((category) => category.trim() === 'gen_ai_latest_experimental');
}

/**
 * Bun and Deno always follow the proxy variables; Node's `fetch` only if told to, by
 * https://nodejs.org/api/cli.html#node_use_env_proxy1 or by a dispatcher from undici.
 */
function usesProxyVariables(process: ServerProcess | undefined): boolean {
  if (process?.versions?.node === undefined || process.versions.bun !== undefined || 'Deno' in globalThis)
    return true;
  const { env = {}, execArgv = [] } = process;
  if (env.NODE_USE_ENV_PROXY === '1' || execArgv.includes('--use-env-proxy')) return true;
  const dispatcher: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
  return typeof dispatcher === 'object' && dispatcher?.constructor.name === 'EnvHttpProxyAgent';
}

/**
 * Whether the environment names a proxy for `url`. The absence of one says nothing: there may still be a transparent
 * proxy, so then the fact stays unknown.
 */
function proxyApplies(url: URL | undefined, variables: Variables): boolean {
  if (url === undefined) return false;
  const read = (name: string) => variables[name.toLowerCase()] ?? variables[name];
  const proxy = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? read('ALL_PROXY');
  if (proxy === undefined || proxy === '') return false;
  const exceptions = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  return !exceptions.some((entry) => isException(url, entry));
}

function isException(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const [host = '', port] = entry.toLowerCase().split(':');
  if (port !== undefined && port !== url.port) return false;
  const suffix = host.replace(/^\*?\./, '');
  return url.hostname === suffix || url.hostname.endsWith(`.${suffix}`);
}

function pageEnvironment(): Environment {
  return {
    vantage: 'browser',
    isOffline: isPageOffline,
    metricNames: 'operation',
    network: pageFacts,
    onPageClose: (listener) => addEventListener('pagehide', listener),
  };
}
