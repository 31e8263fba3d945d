import type { FaultName, TimingOverrides } from '../../examples/simulator/src/index.ts';

/** What the application does while it reads. */
export type Application = 'reads' | 'breaks' | 'aborts' | 'times out';

/** One way for a stream to end, brought about in the same way for every subject. */
export interface Ending {
  readonly name: string;
  readonly what: string;
  /** `core`: counted in the totals of bad endings. `extension`: reported beside them. */
  readonly group: 'control' | 'core' | 'extension';
  readonly fault: FaultName;
  readonly application: Application;
}

/** Chunks before a fault, and before the application leaves. */
export const chunksBefore = 5;
/** For an application that sets a timer: well after the chunks before a stall. */
export const applicationTimeoutMs = 1500;
/** Headers come late, so that counting from the response instead of the call gives another figure. */
export const timing: TimingOverrides = { headersMs: 280, ttftMs: 300, gapMs: 20, jitter: 0, chunks: 30 };

export const endings: readonly Ending[] = [
  {
    name: 'good',
    what: '30 chunks, finish reason `stop`, `[DONE]`',
    group: 'control',
    fault: 'completed',
    application: 'reads',
  },
  {
    name: 'reset',
    what: 'RST after 5 chunks',
    group: 'core',
    fault: 'reset_between_frames',
    application: 'reads',
  },
  {
    name: 'clean EOF',
    what: 'body ends in good order after 5 chunks, without finish reason and `[DONE]`',
    group: 'core',
    fault: 'eof_between_frames',
    application: 'reads',
  },
  {
    name: 'error event',
    what: 'error object in the stream after 5 chunks, HTTP 200',
    group: 'core',
    fault: 'error_event',
    application: 'reads',
  },
  {
    name: 'break',
    what: 'the application leaves its loop after 5 chunks',
    group: 'core',
    fault: 'completed',
    application: 'breaks',
  },
  {
    name: 'abort',
    what: 'the application aborts its `AbortSignal` after 5 chunks',
    group: 'core',
    fault: 'completed',
    application: 'aborts',
  },
  {
    name: 'idle stall',
    what: `silence after 5 chunks; \`AbortSignal.timeout\` of ${applicationTimeoutMs} ms`,
    group: 'extension',
    fault: 'idle_stall',
    application: 'times out',
  },
  {
    name: 'HTTP 429',
    what: 'rate limit instead of a stream',
    group: 'extension',
    fault: 'http_429_rate_limit',
    application: 'reads',
  },
  {
    name: 'HTML at 200',
    what: "a proxy's page instead of a stream",
    group: 'extension',
    fault: 'html_200',
    application: 'reads',
  },
  {
    name: 'malformed',
    what: 'JSON of a frame cut short after 5 chunks, then the end',
    group: 'extension',
    fault: 'malformed_frame_then_end',
    application: 'reads',
  },
];
