import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock, systemClock } from './clock.ts';
import { createExchangeHandler, type ExchangeOptions, type RequestFacts } from './exchange.ts';
import { faults } from './faults/catalogue.ts';
import type { FaultRequest } from './faults/selection.ts';
import { closeServer, listen } from './listening.ts';
import { listModels } from './models.ts';
import { refuse, sendJson } from './own-answers.ts';
import { type Random, seededRandom } from './random.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { type RequestTarget, readTarget } from './request-target.ts';
import type { TimingOverrides } from './timing.ts';
import { usageText } from './usage.ts';

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** Seeds every random choice of requests that bring no seed of their own. Default 1. */
  readonly seed?: number;
  /** Replaces the generator that `seed` starts. */
  readonly random?: Random;
  readonly clock?: Clock;
  /** Factor on every wait: 0.01 runs a hundred times faster, 0 does not wait. Default 1. */
  readonly timeScale?: number;
  /** Timing of requests that do not set their own. */
  readonly timing?: TimingOverrides;
  /** Decides the fault of a request that names none; `undefined` leaves it well. */
  readonly selectFault?: (facts: RequestFacts) => FaultRequest | undefined;
  /** Real milliseconds between the last byte and a reset or early close, for the reader to take it. Default 25. */
  readonly settleMs?: number;
  /** Longest silence in real milliseconds before a hanging exchange is closed. Default ten minutes. */
  readonly patienceMs?: number;
  /** Requests kept in the log; older ones are dropped and counted. Default 1,000. */
  readonly requestLogLimit?: number;
  /** Larger request bodies get the provider's 413. Default 32 MiB. */
  readonly maxBodyBytes?: number;
  /** Answers CORS preflights and allows every origin, for clients in a browser page. Default false. */
  readonly cors?: boolean;
}

export interface Simulator {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly requests: RequestLog;
  /** Drops every connection and frees the port. */
  readonly close: () => Promise<void>;
}

const DEFAULTS = {
  port: 0,
  host: '127.0.0.1',
  seed: 1,
  clock: systemClock,
  timeScale: 1,
  timing: {},
  settleMs: 25,
  patienceMs: 600_000,
  requestLogLimit: 1000,
  maxBodyBytes: 32 * 1024 * 1024,
  cors: false,
} as const;
/** Longer than any client keeps an idle connection, so that reuse never meets a closing socket. */
const KEEP_ALIVE_MS = 300_000;

/**
 * Starts a local provider.
 *
 * @throws if the port cannot be taken.
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = { ...DEFAULTS, ...options };
  const startedAt = settings.clock.now();
  const requests = createRequestLog(settings.requestLogLimit, () => settings.clock.now() - startedAt);
  const exchangeOptions: ExchangeOptions = {
    clock: settings.clock,
    timeScale: settings.timeScale,
    settleMs: settings.settleMs,
    patienceMs: settings.patienceMs,
    maxBodyBytes: settings.maxBodyBytes,
    timing: settings.timing,
    random: options.random ?? seededRandom(settings.seed),
    selectFault: options.selectFault ?? (() => undefined),
    requests,
    startedAt,
  };
  const handleExchange = createExchangeHandler(exchangeOptions);

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    if (settings.cors) allowOrigins(response);
    const handled = handle(request, response, requests, handleExchange);
    handled.catch((error: unknown) => server.emit('error', error));
  });
  const { url, port } = await listen(server, settings.port, settings.host);
  return {
    url,
    port,
    requests,
    close: () => closeServer(server),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  requests: RequestLog,
  handleExchange: ReturnType<typeof createExchangeHandler>,
): Promise<void> {
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end();
    return;
  }
  const target = readTarget(request.url ?? '/', request.headers);
  if (target.status === 'invalid') {
    refuse(response, 400, target.problem);
    return;
  }
  if (request.method === 'POST') {
    await handleExchange(request, response, target.value);
    return;
  }
  inform(request, response, target.value, requests);
}

/** The simulator's own pages: what it can do, and what it has seen. */
function inform(
  request: IncomingMessage,
  response: ServerResponse,
  target: RequestTarget,
  requests: RequestLog,
): void {
  const models = listModels(target.path, request.headers);
  if (models !== undefined) sendJson(response, 200, models);
  else if (target.path === '/simulator/faults') sendJson(response, 200, faults);
  else if (target.path === '/simulator/requests') {
    const entries = requests.entries().map(({ ended: _promise, ...record }) => record);
    sendJson(response, 200, { dropped: requests.dropped(), entries });
  } else if (target.path === '/') {
    const host = request.headers.host ?? 'localhost';
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(usageText(`http://${host}`));
  } else refuse(response, 404, `nothing is served at ${target.path}; GET / tells what is`);
}

function allowOrigins(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', '*, authorization');
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
  response.setHeader('access-control-max-age', '86400');
}
