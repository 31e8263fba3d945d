import type { StreamRecord } from '@weir/schemas/stream-record';

/** Of each ending what its span says: outcome and reason; '' where there is no span of the call. */
type Said = Readonly<Record<(typeof endings)[number], string>>;

export interface Expected {
  /** Of every stream. */
  readonly always: Partial<StreamRecord>;
  /** Of the streams that came whole: what else they say. Token counts are 16 and 30 where they are said. */
  readonly whole: Partial<StreamRecord>;
  /** `said`: the application's own measure is met; `wrong`: it measures something else. */
  readonly timeToFirstChunk: 'said' | 'wrong' | 'unsaid';
  readonly says: Said;
}

export const endings = [
  'good',
  'length',
  'reset',
  'clean EOF',
  'error event',
  'break',
  'abort',
  'HTTP 429',
] as const;
const tokens = { inputTokens: 16, outputTokens: 30 };
const noTokens = { inputTokens: null, outputTokens: null };
const unknown = 'unknown unknown';
const good = { good: 'completed completed', length: 'limited length' };
const named = { provider: 'openai', model: 'gpt-4.1', operation: 'chat' };

/** What the spans say, and no more: where this reads `completed completed` of a bad ending, the span claims a `stop`. */
export const expected: Readonly<Record<string, Expected>> = {
  weir: {
    always: { ...named, requestStream: true },
    whole: { ...tokens, cacheReadTokens: 0, reasoningTokens: 0 },
    timeToFirstChunk: 'said',
    says: {
      ...good,
      reset: 'failed reset',
      'clean EOF': 'failed truncated',
      'error event': 'failed provider_error',
      break: 'aborted consumer_break',
      abort: 'aborted consumer_break',
      'HTTP 429': 'failed rate_limited',
    },
  },
  'otel-contrib': {
    always: named,
    whole: tokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: '',
      'clean EOF': unknown,
      'error event': '',
      break: '',
      abort: unknown,
      'HTTP 429': 'failed rate_limited',
    },
  },
  'otel-contrib-2025': {
    always: named,
    whole: tokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: '',
      'clean EOF': unknown,
      'error event': '',
      break: '',
      abort: unknown,
      'HTTP 429': '',
    },
  },
  traceloop: {
    always: named,
    whole: noTokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: '',
      'clean EOF': 'completed completed',
      'error event': '',
      break: '',
      abort: 'completed completed',
      'HTTP 429': '',
    },
  },
  'traceloop-2024': {
    always: named,
    whole: noTokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: '',
      'clean EOF': 'completed completed',
      'error event': '',
      break: '',
      abort: 'completed completed',
      'HTTP 429': '',
    },
  },
  langfuse: {
    // It names neither provider nor operation nor finish reason.
    always: { provider: 'unknown', model: 'gpt-4.1', operation: 'unknown', requestStream: true },
    whole: { ...tokens, cacheReadTokens: 0, reasoningTokens: 0, finishReasons: [] },
    timeToFirstChunk: 'said',
    says: {
      good: unknown,
      length: unknown,
      reset: '',
      'clean EOF': unknown,
      'error event': '',
      break: '',
      abort: unknown,
      'HTTP 429': 'failed rate_limited',
    },
  },
  openinference: {
    always: { provider: 'openai', model: 'gpt-4.1', operation: 'unknown', requestStream: true },
    whole: noTokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: '',
      'clean EOF': unknown,
      'error event': '',
      break: 'completed completed',
      abort: unknown,
      'HTTP 429': '',
    },
  },
  'openinference-langchain': {
    always: { provider: 'openai', model: 'gpt-4.1', operation: 'unknown' },
    whole: tokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: 'failed unknown',
      'clean EOF': unknown,
      'error event': 'failed unknown',
      break: '',
      abort: 'aborted client_abort',
      'HTTP 429': 'failed rate_limited',
    },
  },
  openlit: {
    always: named,
    whole: { ...tokens, requestStream: true },
    timeToFirstChunk: 'wrong',
    says: {
      ...good,
      reset: 'failed unknown',
      'clean EOF': 'completed completed',
      'error event': 'failed unknown',
      break: unknown,
      abort: 'completed completed',
      'HTTP 429': 'failed rate_limited',
    },
  },
  langsmith: {
    always: named,
    whole: { ...tokens, cacheReadTokens: 0, reasoningTokens: 0 },
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: 'failed unknown',
      'clean EOF': unknown,
      'error event': 'failed unknown',
      break: 'aborted client_abort',
      abort: unknown,
      'HTTP 429': 'failed rate_limited',
    },
  },
  'sentry-10': {
    always: { ...named, requestStream: true },
    whole: tokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: unknown,
      'clean EOF': unknown,
      'error event': unknown,
      break: unknown,
      abort: unknown,
      'HTTP 429': 'failed unknown',
    },
  },
  'vercel-ai': {
    always: named,
    whole: { ...tokens, cacheReadTokens: 0 },
    timeToFirstChunk: 'said',
    says: {
      ...good,
      reset: 'failed unknown',
      'clean EOF': 'failed truncated',
      'error event': 'failed unknown',
      break: '',
      abort: unknown,
      'HTTP 429': 'failed rate_limited',
    },
  },
  'vercel-ai-5': {
    always: { ...named, operation: 'unknown' },
    whole: { ...tokens, cacheReadTokens: 0, reasoningTokens: 0 },
    timeToFirstChunk: 'said',
    says: {
      ...good,
      reset: '',
      'clean EOF': unknown,
      'error event': 'failed unknown',
      break: '',
      abort: '',
      'HTTP 429': 'failed unknown',
    },
  },
  'vercel-ai-4': {
    always: { ...named, operation: 'unknown' },
    whole: tokens,
    timeToFirstChunk: 'said',
    says: {
      ...good,
      reset: '',
      'clean EOF': unknown,
      'error event': 'failed unknown',
      break: '',
      abort: '',
      'HTTP 429': 'failed unknown',
    },
  },
  'openinference-python': {
    always: { provider: 'openai', model: 'gpt-4.1', operation: 'unknown', requestStream: true },
    whole: { ...tokens, cacheReadTokens: 0, reasoningTokens: 0 },
    timeToFirstChunk: 'said',
    says: {
      ...good,
      reset: 'failed unknown',
      'clean EOF': unknown,
      'error event': 'failed unknown',
      break: unknown,
      abort: 'aborted client_abort',
      'HTTP 429': 'failed rate_limited',
    },
  },
  'traceloop-python': {
    always: { ...named, requestStream: true },
    whole: { ...tokens, cacheReadTokens: 0 },
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: unknown,
      'clean EOF': unknown,
      'error event': unknown,
      break: unknown,
      abort: '',
      'HTTP 429': 'failed rate_limited',
    },
  },
  'langsmith-python': {
    always: { ...named, requestStream: true },
    whole: tokens,
    timeToFirstChunk: 'unsaid',
    says: {
      ...good,
      reset: 'failed unknown',
      'clean EOF': unknown,
      'error event': 'failed unknown',
      break: 'aborted client_abort',
      abort: unknown,
      'HTTP 429': 'failed rate_limited',
    },
  },
};
