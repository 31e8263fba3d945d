import type { Vantage } from '@weir/schemas/termination';
import type { NetworkFacts } from './fetch/options.ts';

/** The process or page that the SDK runs in, as far as it can be told without asking the network. */
export interface Environment {
  readonly vantage: Vantage;
  isOffline(): boolean;
  /** Facts about the way to `url`. */
  network(url: URL): NetworkFacts;
}

interface Connection {
  readonly type?: string;
  readonly effectiveType?: string;
  /** Milliseconds. */
  readonly rtt?: number;
  readonly downlink?: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function detectEnvironment(): Environment {
  return typeof document === 'undefined' ? serverEnvironment(processVariables()) : pageEnvironment();
}

function processVariables(): Variables {
  const { process } = globalThis as { process?: { env?: Variables } };
  return process?.env ?? {};
}

/** @param variables environment variables; the proxy ones are read at each call, as the runtimes do. */
export function serverEnvironment(variables: Variables): Environment {
  return {
    vantage: 'consumer',
    isOffline: () => false,
    network: (url) => (proxyApplies(url, variables) ? { proxy: true } : {}),
  };
}

/**
 * Whether the environment names a proxy for `url`. The absence of one says nothing: there may still be a transparent
 * proxy, so then the fact stays unknown.
 */
function proxyApplies(url: URL, variables: Variables): boolean {
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
    isOffline: () => navigator.onLine === false,
    network: () => ({ ...connectionFacts(), pageVisibility: document.visibilityState }),
  };
}

const networkTypeByConnection: Readonly<Record<string, string>> = {
  wifi: 'wifi',
  ethernet: 'wired',
  cellular: 'cell',
  none: 'unavailable',
};

/** Network Information API, where the browser has it: https://wicg.github.io/netinfo/ */
function connectionFacts(): NetworkFacts {
  const { connection } = navigator as { connection?: Connection };
  if (navigator.onLine === false) return { networkType: 'unavailable' };
  if (connection === undefined) return {};
  const { type, effectiveType, rtt, downlink } = connection;
  const networkType = type === undefined ? undefined : (networkTypeByConnection[type] ?? 'unknown');
  return {
    ...(networkType === undefined ? {} : { networkType }),
    ...(effectiveType === undefined ? {} : { effectiveType }),
    ...(rtt === undefined ? {} : { rttSeconds: rtt / 1000 }),
    ...(downlink === undefined ? {} : { downlinkMbps: downlink }),
  };
}
