import { simulatorHeaders } from '@weir/simulator';
import type { Call, Use } from './scenario.ts';

/** A call and what has to be said of it. */
export interface Case {
  readonly call: Call;
  /** In words, for the report. */
  readonly title: string;
  readonly expected: Readonly<Record<string, unknown>>;
  /** The server has to see that the client left. */
  readonly isCancelled: boolean;
}

/** Tells the server which call a request belongs to. */
export const callHeader = 'x-call';

type Fault = Parameters<typeof simulatorHeaders>[0];

const chunksBefore = 5;
const timing = { headersMs: 5, ttftMs: 20, gapMs: 10, jitter: 0, chunks: 12 };
const body = JSON.stringify({
  model: 'gpt-4.1',
  stream: true,
  stream_options: { include_obfuscation: false },
  messages: [{ role: 'user', content: 'How does a weir measure a stream?' }],
});

/** @param url of the simulator. @param closedUrl where nobody listens. */
export function casesOf(url: string, closedUrl: string): readonly Case[] {
  const chat = `${url}/v1/chat/completions`;
  const one = (
    title: string,
    expected: Case['expected'],
    { fault = {}, use = 'read', at = chat }: { fault?: Fault; use?: Use; at?: string } = {},
  ): Case => ({
    title,
    expected,
    isCancelled: use === 'abort' || use === 'break',
    call: {
      name: title,
      url: at,
      use,
      body,
      headers: {
        'content-type': 'application/json',
        [callHeader]: title,
        ...simulatorHeaders({ seed: 7, after: chunksBefore, ...fault, timing }),
      },
    },
  });
  const completed = { outcome: 'completed', reason: 'completed', stage: 'done' };
  const streaming = { stage: 'streaming', chunks: chunksBefore };
  return [
    one('completed, `text()`', completed),
    one('completed, iterated', completed, { use: 'iterate' }),
    one('completed, `observeStream`', completed, { use: 'observe_stream' }),
    one(
      'clean end without an end mark',
      { outcome: 'failed', reason: 'truncated', ...streaming },
      {
        fault: { fault: 'eof_between_frames' },
      },
    ),
    one(
      'connection reset',
      { outcome: 'failed', reason: 'reset', ...streaming },
      {
        fault: { fault: 'reset_between_frames' },
        use: 'iterate',
      },
    ),
    one('error event', { outcome: 'failed', reason: 'provider_error' }, { fault: { fault: 'error_event' } }),
    one(
      'HTTP 429',
      { outcome: 'failed', reason: 'rate_limited', stage: 'headers' },
      {
        fault: { fault: 'http_429_rate_limit' },
      },
    ),
    one(
      'nobody listens',
      { outcome: 'failed', reason: 'connect_error', stage: 'connect' },
      {
        at: `${closedUrl}/v1/chat/completions`,
      },
    ),
    one(
      'aborted by its signal',
      { outcome: 'aborted', reason: 'client_abort', initiator: 'client' },
      {
        fault: { fault: 'idle_stall' },
        use: 'abort',
      },
    ),
    one(
      'the reader leaves',
      { outcome: 'aborted', reason: 'consumer_break' },
      {
        fault: { fault: 'idle_stall' },
        use: 'break',
      },
    ),
  ];
}
