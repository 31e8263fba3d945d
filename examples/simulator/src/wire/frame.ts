import { encodeMessage } from './eventstream.ts';

/**
 * What a frame is for. `content` carries text, reasoning or a piece of a tool call and is what pacing and `after` count;
 * `open` and `structure` surround it; `finish` carries the finish reason; `terminal` is the provider's own end mark.
 */
export type FrameRole =
  | 'open'
  | 'content'
  | 'structure'
  | 'finish'
  | 'usage'
  | 'terminal'
  | 'liveness'
  | 'error';

/** One event of a stream (SSE, NDJSON, binary event stream), or one slice of a JSON document that is not a stream. */
export interface Frame {
  readonly role: FrameRole;
  /** The name of the event, for protocols that have such: the SSE field `event`, or a header of the message. */
  readonly event?: string;
  /** The payload, normally one JSON value in one line. */
  readonly data: string;
  /** The visible answer text in this frame (first choice only), for the request log. */
  readonly text?: string;
}

export type FramingName = 'sse' | 'ndjson' | 'eventstream' | 'document';

/** Legal variations of an event stream that break careless parsers. */
export interface SseStyle {
  readonly newline: '\n' | '\r\n' | '\r';
  readonly dataBeforeEvent: boolean;
  readonly spaceAfterColon: boolean;
}

export const USUAL_SSE: SseStyle = { newline: '\n', dataBeforeEvent: false, spaceAfterColon: true };

/** The bytes of one frame, with whatever separates it from the next; as text where the framing is text. */
export function encodeFrame(
  framing: FramingName,
  frame: Frame,
  style: SseStyle = USUAL_SSE,
): string | Buffer {
  switch (framing) {
    case 'sse':
      return encodeSse(frame, style);
    case 'ndjson':
      return `${frame.data}\n`;
    case 'eventstream':
      return encodeMessage(frame);
    case 'document':
      return frame.data;
  }
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
function encodeSse(frame: Frame, style: SseStyle): string {
  const separator = style.spaceAfterColon ? ': ' : ':';
  const data = `data${separator}${frame.data}`;
  const lines = frame.event === undefined ? [data] : [`event${separator}${frame.event}`, data];
  if (style.dataBeforeEvent) lines.reverse();
  return `${lines.join(style.newline)}${style.newline}${style.newline}`;
}
