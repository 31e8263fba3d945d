import type { StreamDetail } from '@weir/schemas/stream-fields';
import { reasonMeaning } from '../../lib/format/names.ts';
import { formatExactCount, formatSeconds } from '../../lib/format/numbers.ts';
import { terminalEventOf } from './timeline-model.ts';

/** How one stream ended, in sentences that hold only what is known of it. */
export interface Verdict {
  readonly headline: string;
  /** Who ended it, how that was decided, and what had arrived. */
  readonly details: readonly string[];
}

function after(seconds: number | null, words: string): string {
  return seconds === null ? '' : ` ${formatSeconds(seconds)} ${words}`;
}

function refusal(stream: StreamDetail): string {
  const status = stream.httpStatus === null ? '' : ` with HTTP ${stream.httpStatus}`;
  const code = stream.providerErrorCode === '' ? '' : ` (${stream.providerErrorCode})`;
  const who = stream.reason === 'gateway_error' ? 'Something before the provider' : 'The provider';
  const wait =
    stream.retryAfterSeconds === null ? '' : ` It asked to wait ${formatSeconds(stream.retryAfterSeconds)}.`;
  return `${who} answered${status}${code}${after(stream.durationSeconds, 'after the call')}.${wait}`;
}

/** Reasons that are an HTTP answer. */
const refusals: ReadonlySet<string> = new Set([
  'auth_error',
  'rate_limited',
  'quota_exceeded',
  'context_length',
  'bad_request',
  'server_error',
  'overloaded',
  'gateway_error',
]);

function headlineOf(stream: StreamDetail): string {
  const { reason, lastGapSeconds, durationSeconds, httpStatus } = stream;
  if (refusals.has(reason) && httpStatus !== null && httpStatus >= 400) return refusal(stream);
  switch (reason) {
    case 'completed':
    case 'tool_call':
      return `${reasonMeaning(reason)} It took ${formatSeconds(durationSeconds)}.`;
    case 'truncated':
      return `The connection closed cleanly${after(lastGapSeconds, 'after the last byte')}, without ${terminalEventOf(stream.protocol)}.`;
    case 'reset':
      return `The connection broke${after(lastGapSeconds, 'after the last byte')}, in the middle of the answer.`;
    case 'idle_timeout':
      return `Nothing arrived for ${formatSeconds(lastGapSeconds)}, and the reader's timer ended the stream.`;
    case 'first_chunk_timeout':
      return `Headers came, but no content within ${formatSeconds(durationSeconds)}.`;
    case 'headers_timeout':
      return `No response headers came within ${formatSeconds(durationSeconds)}.`;
    case 'total_timeout':
      return `The answer was still arriving when the total timeout of ${formatSeconds(durationSeconds)} ended it.`;
    case 'provider_error': {
      const code = stream.providerErrorCode === '' ? 'an error' : `the error ${stream.providerErrorCode}`;
      return `The provider sent ${code}${after(durationSeconds, 'into a stream that had begun well')}.`;
    }
    default:
      return reasonMeaning(reason) || 'The span does not say how this stream ended.';
  }
}

const initiatorWords: Readonly<Record<string, string>> = {
  provider: 'The provider ended it',
  intermediary: 'Something between this service and the provider ended it',
  service: 'This service ended it',
  client: 'The client ended it',
};

function arrived(stream: StreamDetail): string | undefined {
  const { chunks, outputTokens, outcome } = stream;
  if (chunks === null || outcome === 'completed') return undefined;
  if (chunks === 0) return 'No content had arrived.';
  const tokens =
    outputTokens === null
      ? ''
      : ` (${formatExactCount(outputTokens)} ${outputTokens === 1 ? 'token' : 'tokens'})`;
  return `${formatExactCount(chunks)} ${chunks === 1 ? 'chunk' : 'chunks'}${tokens} had arrived.`;
}

function frustration({ outcome, stallAtEnd, chunks }: StreamDetail): string | undefined {
  if (outcome !== 'aborted') return undefined;
  if (stallAtEnd === true) return 'The reader left during a stall.';
  return chunks === 0 ? 'The reader left before the first content.' : undefined;
}

/** @returns what is said at the top of a stream's page. */
export function verdictOf(stream: StreamDetail): Verdict {
  const who = initiatorWords[stream.initiator];
  const ended = stream.outcome !== 'completed' && who !== undefined;
  const evidence = stream.initiatorEvidence === '' ? '.' : `: ${stream.initiatorEvidence}.`;
  return {
    headline: headlineOf(stream),
    details: [
      ended ? `${who}${evidence}` : undefined,
      frustration(stream),
      arrived(stream),
      stream.retryable === true && stream.outcome === 'failed'
        ? 'The same request may succeed if sent again.'
        : undefined,
    ].filter((sentence) => sentence !== undefined),
  };
}
