import type { NetworkFacts } from '../fetch/options.ts';

/** What browsers offer beyond the types of the DOM library, where they do. */
interface Navigator {
  readonly onLine?: boolean;
  /** https://wicg.github.io/netinfo/ */
  readonly connection?: {
    readonly type?: string;
    readonly effectiveType?: string;
    /** Milliseconds. */
    readonly rtt?: number;
    readonly downlink?: number;
  };
  /** https://wicg.github.io/ua-client-hints/ */
  readonly userAgentData?: {
    readonly platform?: string;
    readonly brands?: readonly { readonly brand: string }[];
  };
}

/** Whether the browser says that it has no network; where it says nothing, it is not offline. */
export function isPageOffline(): boolean {
  return (navigator as Navigator).onLine === false;
}

/** What a page can tell of its network, its browser and itself, at this moment. */
export function pageFacts(): NetworkFacts {
  return { ...connectionFacts(), ...browserFacts(), pageVisibility: document.visibilityState };
}

const networkTypeByConnection: Readonly<Record<string, string>> = {
  wifi: 'wifi',
  ethernet: 'wired',
  cellular: 'cell',
  none: 'unavailable',
};

function connectionFacts(): NetworkFacts {
  const { connection } = navigator as Navigator;
  if (isPageOffline()) return { networkType: 'unavailable' };
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

/** A browser names its engine and a decoy beside itself: https://wicg.github.io/ua-client-hints/#grease */
function browserFacts(): NetworkFacts {
  const { platform, brands = [] } = (navigator as Navigator).userAgentData ?? {};
  const names = brands.map(({ brand }) => brand).filter((brand) => !/not.a.*brand/i.test(brand));
  const userAgent = names.find((name) => name !== 'Chromium') ?? names[0] ?? namedByAgent();
  return {
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(platform ? { browserPlatform: platform } : {}),
  };
}

/** Browsers without client hints: Firefox and Safari. */
function namedByAgent(): string | undefined {
  const { userAgent = '' } = navigator;
  if (userAgent.includes('Firefox/')) return 'Firefox';
  return /Version\/.*Safari\//.test(userAgent) ? 'Safari' : undefined;
}
