import type { OutgoingRequest } from '../fetch/outgoing-request.ts';
import type { Clock } from '../observe/clock.ts';
import type { PriorAttempt } from './attempt-scope.ts';

/** How often a Stainless-made client (`openai`, `@anthropic-ai/sdk`, …) has sent the request before; absent for others. */
export function vendorRetryCount(request: OutgoingRequest): number | undefined {
  const header = request.headers.get('x-stainless-retry-count');
  const count = header === null ? Number.NaN : Number(header);
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

/**
 * Finds the attempt that a vendor client's own retry follows.
 *
 * The client tells that a call is a retry, but not of what: the idempotency key says it where there is one, else that
 * the same thing is asked again within the same trace. Two such calls at once that both fail cannot be told apart; each
 * is still followed by one retry at most, so that the numbers are right.
 */
export interface VendorRetries {
  /** Failed attempts that were not kept because too many were waiting. */
  readonly dropped: number;
  /**
   * @param key of `retryKey`.
   * @param count of `vendorRetryCount`, for the attempt that failed.
   */
  failed(key: string, count: number, attempt: PriorAttempt): void;
  /**
   * @param count of `vendorRetryCount`, for the attempt that follows.
   * @returns the attempt that failed last: older ones may be of a request that was given up since, which nobody tells.
   *   It is not given out again.
   */
  take(key: string, count: number): PriorAttempt | undefined;
}

export interface VendorRetriesOptions {
  readonly clock: Clock;
  /** Attempts that wait for a retry at once. Default 1000; the oldest is dropped first. */
  readonly limit?: number;
  /** Called for each that is dropped. */
  readonly onDrop?: () => void;
  /** Longest wait for a retry, ms. Default two minutes: the clients wait for a minute at most. */
  readonly patienceMs?: number;
}

interface Waiting {
  readonly key: string;
  readonly count: number;
  readonly attempt: PriorAttempt;
  readonly sinceMs: number;
}

export function createVendorRetries(options: VendorRetriesOptions): VendorRetries {
  const { clock, limit = 1000, patienceMs = 120_000 } = options;
  const waiting = new Set<Waiting>();
  let dropped = 0;

  function forgetOld(): void {
    for (const entry of waiting) {
      if (clock() - entry.sinceMs <= patienceMs) return;
      waiting.delete(entry);
    }
  }

  function dropOldest(): void {
    const [oldest] = waiting;
    if (oldest === undefined) return;
    waiting.delete(oldest);
    dropped++;
    options.onDrop?.();
  }

  return {
    get dropped() {
      return dropped;
    },
    failed(key, count, attempt) {
      forgetOld();
      if (waiting.size >= limit) dropOldest();
      waiting.add({ key, count, attempt, sinceMs: clock() });
    },
    take(key, count) {
      forgetOld();
      let latest: Waiting | undefined;
      for (const entry of waiting) if (entry.key === key && entry.count === count - 1) latest = entry;
      if (latest !== undefined) waiting.delete(latest);
      return latest?.attempt;
    },
  };
}

const maxSamples = 512;

/**
 * What two attempts of one request have in common; undefined where that cannot be told: bodies that can be read only
 * once, and forms.
 *
 * @param parent the span that was active at the call, `''` without one.
 */
export function retryKey(request: OutgoingRequest, parent: string): string | undefined {
  const idempotencyKey = request.headers.get('idempotency-key');
  if (idempotencyKey !== null) return idempotencyKey;
  const { body, method, url } = request;
  if (typeof body !== 'string') return undefined;
  return `${parent} ${method} ${url.href} ${body.length} ${sampledHash(body)}`;
}

/** FNV-1a over at most `maxSamples` characters: a body can be tens of megabytes of images. */
function sampledHash(text: string): number {
  const step = Math.max(1, Math.floor(text.length / maxSamples));
  let hash = 0x811c9dc5;
  for (let at = text.length - 1; at >= 0; at -= step) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
