import type { Payload } from './payload.ts';

export interface QueueBounds {
  readonly requests: number;
  readonly bytes: number;
}

/** Payloads that wait to be sent, oldest first. What was taken out counts until it is settled. */
export interface PayloadQueue {
  /** Makes room by dropping the oldest that wait. @returns how many were dropped, the new one perhaps among them */
  push(payload: Payload): number;
  take(): Payload | undefined;
  /** What was taken needs no room any more. */
  settle(payload: Payload): void;
  /** @returns how many were waiting */
  clear(): number;
  depth(): { readonly requests: number; readonly bytes: number };
}

export function createPayloadQueue(bounds: QueueBounds): PayloadQueue {
  const waiting: Payload[] = [];
  let requests = 0;
  let bytes = 0;

  function fits(payload: Payload): boolean {
    // A single payload always fits: the limit on bodies bounds it.
    if (requests === 0) return true;
    return requests < bounds.requests && bytes + payload.body.length <= bounds.bytes;
  }

  function settle(payload: Payload): void {
    requests -= 1;
    bytes -= payload.body.length;
  }

  return {
    push(payload) {
      let dropped = 0;
      while (!fits(payload)) {
        dropped += 1;
        const oldest = waiting.shift();
        if (oldest === undefined) return dropped;
        settle(oldest);
      }
      waiting.push(payload);
      requests += 1;
      bytes += payload.body.length;
      return dropped;
    },
    take: () => waiting.shift(),
    settle,
    clear() {
      const rest = waiting.splice(0);
      rest.forEach(settle);
      return rest.length;
    },
    depth: () => ({ requests, bytes }),
  };
}
