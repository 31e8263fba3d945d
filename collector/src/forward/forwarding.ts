import type { Pipeline } from '@weir/schemas/api';
import type { Registry } from 'prom-client';
import type { ForwardEndpoint } from './endpoints.ts';
import { registerForwardMetrics } from './forward-metrics.ts';
import { createForwarder, type Forwarder, type ForwarderBounds, type ForwarderOptions } from './forwarder.ts';
import type { Payload } from './payload.ts';
import { createSendPayload } from './send-payload.ts';

/** Passes on what was received to other OTLP endpoints. */
export interface Forwarding {
  /** Returns at once, never throws, and keeps the payload no longer than its queues have room. */
  forward(payload: Payload): void;
  /** One for each endpoint, since the start. */
  counts(): NonNullable<Pipeline['forwarding']>;
  close(): Promise<void>;
}

export interface ForwardingOptions extends Pick<ForwarderOptions, 'logger' | 'now' | 'random' | 'delay'> {
  readonly endpoints: readonly ForwardEndpoint[];
  /** Names this process among all collectors. */
  readonly instance: string;
  readonly registry: Registry;
  /** Wall clock, Unix milliseconds. */
  readonly wallClock: () => number;
  readonly bounds?: Partial<ForwarderBounds>;
}

const defaults: ForwarderBounds = {
  requests: 10_000,
  bytes: 64 << 20,
  concurrency: 8,
  retryForMs: 5 * 60_000,
  firstPauseMs: 1_000,
  longestPauseMs: 30_000,
  longestRetryAfterMs: 5 * 60_000,
  closeMs: 3_000,
};

const TIMEOUT_MS = 30_000;

/** Registers metrics: call it once for a registry. */
export function createForwarding(options: ForwardingOptions): Forwarding {
  const bounds = { ...defaults, ...options.bounds };
  const pseudonym = `weir-${options.instance}`;
  const forwarders = new Map<string, Forwarder>();
  for (const endpoint of options.endpoints) {
    const { name } = endpoint;
    const send = createSendPayload({
      ...{ endpoint, via: `1.1 ${pseudonym}`, timeoutMs: TIMEOUT_MS },
      ...{ connections: bounds.concurrency, now: options.wallClock },
    });
    forwarders.set(name, createForwarder({ ...options, name, send, bounds }));
  }
  registerForwardMetrics(options.registry, forwarders);
  return {
    forward(payload) {
      const isLoop = hasPassed(payload, pseudonym);
      for (const forwarder of forwarders.values()) {
        // Endpoints that lead back here would pass it around without an end.
        if (isLoop) forwarder.dropped('loop');
        else forwarder.offer(payload);
      }
    },
    counts: () => Array.from(forwarders, ([name, forwarder]) => asPipeline(name, forwarder)),
    async close() {
      await Promise.all(Array.from(forwarders.values(), (forwarder) => forwarder.close()));
    },
  };
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3 */
function hasPassed({ via = '' }: Payload, pseudonym: string): boolean {
  return via.split(',').some((hop) => hop.trim().split(/\s+/)[1] === pseudonym);
}

function asPipeline(endpoint: string, forwarder: Forwarder): ReturnType<Forwarding['counts']>[number] {
  const { forwarded, retries, dropped, queued } = forwarder.counts();
  return {
    endpoint,
    forwardedRequests: forwarded,
    retries,
    droppedRequests: Array.from(dropped, ([reason, requests]) => ({ reason, requests })),
    queuedRequests: queued.requests,
    queuedBytes: queued.bytes,
  };
}
