import { Agent, createServer } from 'node:http';
import { closeServer, listen } from '../listening.ts';
import { type Random, seededRandom } from '../random.ts';
import type { TimerKind } from './cut-timers.ts';
import { forward } from './forward.ts';
import { type CutStyle, type IntermediaryName, intermediaries, type Timeouts } from './intermediaries.ts';

export interface IdleProxyOptions extends Timeouts {
  /** Base URL that every request goes to, path and query kept. */
  readonly upstream: string;
  /** The product to behave like: its headers, error pages and way to cut. Default `nginx`. */
  readonly style?: IntermediaryName;
  /** Replaces the product's way to end a response whose headers are out. */
  readonly cut?: CutStyle;
  /** Holds response bytes back until this many have gathered, as proxies with response buffering do. `true`: 8 KiB. */
  readonly buffering?: boolean | number;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** Names the requests in the headers of products that do. */
  readonly random?: Random;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Exchanges kept; older ones are dropped and counted. Default 1,000. */
  readonly exchangeLimit?: number;
}

/** How the proxy's part in one exchange ended. */
export interface ProxiedExchange {
  readonly path: string;
  readonly end:
    | 'passed'
    /** A timer ran out before any header was passed on: the proxy answered itself. */
    | 'cut_before_headers'
    | 'cut_after_headers'
    | 'upstream_failed'
    | 'client_closed';
  /** The timer that ran out, where one did. */
  readonly timer: TimerKind | undefined;
  readonly durationMs: number;
  /** Body bytes passed on. */
  readonly bytes: number;
}

export interface IdleProxy {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Ended exchanges, oldest first. */
  readonly exchanges: () => readonly ProxiedExchange[];
  readonly dropped: () => number;
  readonly close: () => Promise<void>;
}

const DEFAULT_BUFFER_BYTES = 8192;
const DEFAULT_EXCHANGE_LIMIT = 1000;

/**
 * Starts a reverse proxy that streams through and cuts as the intermediaries of the field do. With none of the three
 * timeouts set, those of the product in `style` hold.
 *
 * @throws if the port cannot be taken.
 */
export async function createIdleProxy(options: IdleProxyOptions): Promise<IdleProxy> {
  const intermediary = intermediaries[options.style ?? 'nginx'];
  const agent = new Agent({ keepAlive: true });
  const exchanges: ProxiedExchange[] = [];
  let dropped = 0;

  const rules = {
    upstream: new URL(options.upstream),
    agent,
    intermediary,
    cut: options.cut ?? intermediary.cut,
    timeouts: timeoutsOf(options, intermediary.defaults),
    bufferBytes: bufferBytesOf(options.buffering),
    random: options.random ?? seededRandom(1),
    now: options.now ?? (() => performance.now()),
    onEnd: (exchange: ProxiedExchange) => {
      exchanges.push(exchange);
      if (exchanges.length <= (options.exchangeLimit ?? DEFAULT_EXCHANGE_LIMIT)) return;
      exchanges.shift();
      dropped += 1;
    },
  };
  const server = createServer({ requestTimeout: 0 }, (request, response) =>
    forward(request, response, rules),
  );
  const { url, port } = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  return {
    url,
    port,
    exchanges: () => exchanges,
    dropped: () => dropped,
    close: async () => {
      await closeServer(server);
      agent.destroy();
    },
  };
}

function timeoutsOf(asked: Timeouts, defaults: Timeouts): Timeouts {
  const { idleTimeoutMs, totalTimeoutMs, firstByteTimeoutMs } = asked;
  const none =
    idleTimeoutMs === undefined && totalTimeoutMs === undefined && firstByteTimeoutMs === undefined;
  return none ? defaults : { idleTimeoutMs, totalTimeoutMs, firstByteTimeoutMs };
}

function bufferBytesOf(buffering: boolean | number | undefined): number {
  if (typeof buffering === 'number') return buffering;
  return buffering === true ? DEFAULT_BUFFER_BYTES : 0;
}
