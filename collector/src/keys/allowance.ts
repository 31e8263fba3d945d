/** How many spans a key may send, as a bucket that fills at a steady rate. */
export interface Allowance {
  /** Seconds until spans may be sent again; 0: now. */
  waitSeconds(): number;
  /** Takes spans out that were just received. */
  spend(spans: number): void;
}

export interface AllowanceOptions {
  readonly spansPerSecond: number;
  /** What the bucket holds. */
  readonly burstSpans: number;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

export const unlimited: Allowance = { waitSeconds: () => 0, spend: () => undefined };

/**
 * How many spans a body holds is known when it is decoded, so a request is let in while there is room for one span and pays
 * afterwards, into debt if need be: a batch larger than the bucket gets through, and the average is the rate all the same.
 */
export function createAllowance({ spansPerSecond, burstSpans, now }: AllowanceOptions): Allowance {
  let left = burstSpans;
  let filledAt = now();

  function fill(): void {
    const at = now();
    left = Math.min(burstSpans, left + ((at - filledAt) / 1_000) * spansPerSecond);
    filledAt = at;
  }

  return {
    waitSeconds() {
      fill();
      return left >= 1 ? 0 : (1 - left) / spansPerSecond;
    },
    spend(spans) {
      fill();
      left -= spans;
    },
  };
}
