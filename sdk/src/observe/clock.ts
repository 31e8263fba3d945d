/** Monotonic milliseconds from any origin. */
export type Clock = () => number;

export const monotonicClock: Clock = () => performance.now();
