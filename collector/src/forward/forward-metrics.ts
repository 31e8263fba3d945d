import { Counter, Gauge, type Registry } from 'prom-client';
import type { Forwarder, ForwarderCounts } from './forwarder.ts';

/** Metrics that are read from the forwarders when they are asked for. Call it once for a registry. */
export function registerForwardMetrics(registry: Registry, forwarders: ReadonlyMap<string, Forwarder>): void {
  const registers = [registry];

  function counter(name: string, help: string, read: (counts: ForwarderCounts) => number): void {
    new Counter({
      ...{ name, help, registers, labelNames: ['endpoint'] },
      collect() {
        this.reset();
        for (const [endpoint, forwarder] of forwarders) this.inc({ endpoint }, read(forwarder.counts()));
      },
    });
  }

  function gauge(name: string, help: string, read: (counts: ForwarderCounts) => number): void {
    new Gauge({
      ...{ name, help, registers, labelNames: ['endpoint'] },
      collect() {
        for (const [endpoint, forwarder] of forwarders) this.set({ endpoint }, read(forwarder.counts()));
      },
    });
  }

  counter(
    'weir_forwarded_requests_total',
    'Requests that another endpoint took.',
    (counts) => counts.forwarded,
  );
  counter(
    'weir_forward_retries_total',
    'Requests sent to another endpoint again.',
    (counts) => counts.retries,
  );
  gauge(
    'weir_forward_queue_requests',
    'Requests that wait for another endpoint.',
    (counts) => counts.queued.requests,
  );
  gauge('weir_forward_queue_bytes', 'Bytes that wait for another endpoint.', (counts) => counts.queued.bytes);
  new Counter({
    name: 'weir_forward_dropped_requests_total',
    help: 'Requests that did not reach another endpoint, by reason.',
    labelNames: ['endpoint', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const [endpoint, forwarder] of forwarders) {
        for (const [reason, requests] of forwarder.counts().dropped) this.inc({ endpoint, reason }, requests);
      }
    },
  });
}
