import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import type { Random } from '../random.ts';
import { startCutTimers, type TimerKind } from './cut-timers.ts';
import type { ProxiedExchange } from './idle-proxy.ts';
import { type CutStyle, type Intermediary, ownAnswer, type Timeouts } from './intermediaries.ts';

export interface ForwardRules {
  readonly upstream: URL;
  readonly agent: Agent;
  readonly intermediary: Intermediary;
  readonly cut: CutStyle;
  readonly timeouts: Timeouts;
  /** Response bytes held back until this many have gathered; 0 passes each read on at once. */
  readonly bufferBytes: number;
  readonly random: Random;
  readonly now: () => number;
  readonly onEnd: (exchange: ProxiedExchange) => void;
}

// https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Carries one exchange, watches its timers, and reports once how it ended. */
export function forward(request: IncomingMessage, response: ServerResponse, rules: ForwardRules): void {
  const startedAt = rules.now();
  let bytes = 0;
  let over = false;
  const body = createBuffer(rules.bufferBytes, (chunk) => {
    bytes += chunk.length;
    return response.write(chunk);
  });
  const timers = startCutTimers(rules.timeouts, (timer) => {
    const end = response.headersSent ? 'cut_after_headers' : 'cut_before_headers';
    giveUp(rules.intermediary.timeoutStatus);
    finish(end, timer);
    upstream.destroy();
  });

  const upstream = openRequest(
    new URL(request.url ?? '/', rules.upstream),
    {
      method: request.method,
      headers: { ...endToEnd(request.headers), host: rules.upstream.host },
      agent: rules.agent,
    },
    (answer) => {
      timers.progress();
      response.writeHead(answer.statusCode ?? 502, passedHeaders(answer.headers, rules));
      response.flushHeaders();
      answer.on('data', (chunk: Buffer) => {
        timers.progress();
        if (body.add(chunk)) return;
        answer.pause();
        response.once('drain', () => answer.resume());
      });
      answer.once('end', () => {
        body.flush();
        response.end();
        finish('passed');
      });
      answer.on('error', upstreamFailed);
    },
  );
  upstream.on('error', upstreamFailed);
  request.pipe(upstream);
  response.once('close', () => {
    finish('client_closed');
    upstream.destroy();
  });

  function upstreamFailed(): void {
    if (over) return;
    giveUp(502);
    finish('upstream_failed');
  }

  function giveUp(status: number): void {
    if (response.headersSent) {
      body.flush();
      cutOff(response, rules.cut);
      return;
    }
    const own = ownAnswer(rules.intermediary, status, rules.random);
    response.writeHead(own.status, own.headers).end(own.body);
  }

  function finish(end: ProxiedExchange['end'], timer?: TimerKind): void {
    if (over) return;
    over = true;
    timers.stop();
    rules.onEnd({ path: request.url ?? '/', end, timer, durationMs: rules.now() - startedAt, bytes });
  }
}

function cutOff(response: ServerResponse, cut: CutStyle): void {
  switch (cut) {
    case 'clean_end':
      response.end();
      return;
    case 'premature_close':
      // Sends what is written, then FIN: the chunked body stays without its end.
      response.socket?.destroySoon();
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
  }
}

/** Gathers up to `limit` bytes before it writes. `add` gives `false` when the writer asks for a pause. */
function createBuffer(limit: number, write: (chunk: Buffer) => boolean) {
  let held: Buffer[] = [];
  let size = 0;

  function flush(): boolean {
    if (size === 0) return true;
    const chunk = Buffer.concat(held);
    held = [];
    size = 0;
    return write(chunk);
  }

  return {
    add: (chunk: Buffer): boolean => {
      held.push(chunk);
      size += chunk.length;
      return size < limit || flush();
    },
    flush,
  };
}

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function passedHeaders(headers: IncomingHttpHeaders, rules: ForwardRules): OutgoingHttpHeaders {
  const own = rules.intermediary.headers(rules.random);
  // Each hop adds itself to `via`; every other header of its own replaces what came from upstream.
  const via = [headers.via, own.via].filter((hop) => hop !== undefined).join(', ');
  return { ...endToEnd(headers), ...own, ...(via === '' ? {} : { via }) };
}
