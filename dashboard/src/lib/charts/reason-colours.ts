import { isTerminationReason, outcomeOf } from '@weir/schemas/termination';

/**
 * A tint for each reason within the hue of its outcome, so that a stack reads as outcomes first. Failures are tinted by
 * where they strike: before the stream darker and towards magenta, in the middle pure, timers towards orange.
 */
const failedTints: Readonly<Record<string, readonly [lightness: number, hue: number]>> = {
  truncated: [0, 0],
  reset: [-0.14, 4],
  provider_error: [0.13, 12],
  malformed: [0.2, 4],
  not_a_stream: [0.25, 0],
  idle_timeout: [0.05, 27],
  first_chunk_timeout: [0.17, 28],
  headers_timeout: [0.23, 24],
  total_timeout: [-0.07, 24],
  overloaded: [-0.06, -22],
  server_error: [-0.17, -18],
  gateway_error: [0.1, -27],
  rate_limited: [0.21, -12],
  quota_exceeded: [0.26, -20],
  auth_error: [-0.2, -8],
  context_length: [-0.2, 16],
  bad_request: [-0.24, 6],
};

const tints: Readonly<Record<string, string>> = {
  limited: 'var(--limited)',
  completed: 'var(--completed)',
  lost: 'var(--lost-edge)',
  unknown: 'var(--unknown)',
};

const abortedTints: Readonly<Record<string, number>> = {
  client_abort: 0,
  page_closed: 0.1,
  client_disconnect: 0.16,
  consumer_break: -0.1,
  not_consumed: -0.16,
};

function shifted(base: string, lightness: number, hue: number): string {
  return `oklch(from var(${base}) calc(l + ${lightness}) c calc(h + ${hue}))`;
}

/** @returns a CSS colour. */
export function reasonColour(reason: string): string {
  if (!isTerminationReason(reason)) return 'var(--series-other)';
  const outcome = outcomeOf(reason);
  if (outcome === 'failed') {
    const [lightness, hue] = failedTints[reason] ?? [0.12, -24];
    return shifted('--failed', lightness, hue);
  }
  if (outcome === 'aborted') return shifted('--aborted', abortedTints[reason] ?? 0, 0);
  return tints[outcome] ?? 'var(--unknown)';
}
