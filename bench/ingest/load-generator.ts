/**
 * Sends export requests from a process of its own, so that its work delays neither the clock nor the collector it
 * measures. Told over IPC; see `startLoadGenerator`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Payload, renewed } from './payload.ts';

export interface Load {
  /** Of the collector, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly payloads: readonly Payload[];
  readonly seconds: number;
  /** What the first request is numbered; see `renewed`. */
  readonly firstNumber: number;
  /**
   * `saturating`: each connection sends the next request when the last is acknowledged, and a refused one again.
   * `steady`: requests leave at their times, whether or not earlier ones are answered, and are sent once.
   */
  readonly pace:
    | { readonly kind: 'saturating'; readonly connections: number }
    | { readonly kind: 'steady'; readonly requestsPerSecond: number };
}

export interface LoadResult {
  readonly requests: number;
  readonly acknowledgedSpans: number;
  readonly refusals: number;
  readonly seconds: number;
  /**
   * Milliseconds to each acknowledgement. At a steady pace from when the request was due, so that one that had to wait
   * for its predecessors counts its waiting too.
   */
  readonly latencies: readonly number[];
}

export interface LoadGenerator {
  run(load: Load): Promise<LoadResult>;
  stop(): void;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' });
  return {
    async run(load) {
      child.send(load);
      const [answer] = (await once(child, 'message')) as [LoadResult | { readonly error: string }];
      if ('error' in answer) throw new Error(answer.error);
      return answer;
    },
    stop: () => void child.disconnect(),
  };
}

/** Requests of a steady pace under way at once. */
const MAX_CONNECTIONS = 256;
/** A collector that refuses is asked again after this time. */
const REFUSED_PAUSE_MS = 20;

class Sender {
  readonly #load: Load;
  readonly #agent: Agent;
  readonly #latencies: number[] = [];
  #requests = 0;
  #acknowledgedSpans = 0;
  #refusals = 0;

  constructor(load: Load) {
    this.#load = load;
    const maxSockets = load.pace.kind === 'saturating' ? load.pace.connections : MAX_CONNECTIONS;
    this.#agent = new Agent({ keepAlive: true, maxSockets });
  }

  async run(): Promise<LoadResult> {
    const startedAt = performance.now();
    const { pace } = this.#load;
    if (pace.kind === 'saturating') {
      await Promise.all(Array.from({ length: pace.connections }, () => this.#saturate(startedAt)));
    } else await this.#keepPace(startedAt, pace.requestsPerSecond);
    this.#agent.destroy();
    return {
      requests: this.#requests,
      acknowledgedSpans: this.#acknowledgedSpans,
      refusals: this.#refusals,
      seconds: (performance.now() - startedAt) / 1_000,
      latencies: this.#latencies,
    };
  }

  async #saturate(startedAt: number): Promise<void> {
    const endAt = startedAt + this.#load.seconds * 1_000;
    while (performance.now() < endAt) {
      const next = this.#next();
      while (!(await this.#send(next, performance.now()))) await sleep(REFUSED_PAUSE_MS);
    }
  }

  async #keepPace(startedAt: number, requestsPerSecond: number): Promise<void> {
    const underWay = new Set<Promise<unknown>>();
    const total = Math.round(requestsPerSecond * this.#load.seconds);
    for (let number = 0; number < total; number += 1) {
      const dueAt = startedAt + (number / requestsPerSecond) * 1_000;
      const wait = dueAt - performance.now();
      if (wait > 0) await sleep(wait);
      const sending = this.#send(this.#next(), dueAt);
      underWay.add(sending);
      void sending.finally(() => underWay.delete(sending));
    }
    await Promise.all(underWay);
  }

  #next() {
    const { payloads, firstNumber } = this.#load;
    const payload = payloads[this.#requests % payloads.length];
    if (payload === undefined) throw new Error('no payloads');
    const body = renewed(payload, firstNumber + this.#requests);
    this.#requests += 1;
    return { payload, body };
  }

  /** @returns whether it was acknowledged */
  async #send({ payload, body }: { payload: Payload; body: Buffer }, since: number): Promise<boolean> {
    const status = await this.#post(payload.contentType, body);
    if (status !== 200) {
      if (status !== 429 && status !== 503) throw new Error(`the collector answered ${status}`);
      this.#refusals += 1;
      return false;
    }
    this.#latencies.push(performance.now() - since);
    this.#acknowledgedSpans += payload.spanIdOffsets.length;
    return true;
  }

  #post(contentType: string, body: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': contentType, 'content-length': body.length };
      const options = { method: 'POST', agent: this.#agent, headers };
      const sent = request(`${this.#load.url}/v1/traces`, options, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

/** What crossed IPC has typed arrays where buffers were. */
function withBuffers(load: Load): Load {
  const payloads = load.payloads.map((payload) => ({ ...payload, body: Buffer.from(payload.body) }));
  return { ...load, payloads };
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('message', (load: Load) => {
    new Sender(withBuffers(load)).run().then(
      (result) => process.send?.(result),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
}
