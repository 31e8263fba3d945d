import type { TerminationReason } from '@weir/schemas/termination';

/**
 * What a wire format tells about one answer. Filled in by an `AnswerReader` as events pass; nothing here is guessed,
 * what the provider did not say stays absent.
 */
export interface AnswerFacts {
  responseId?: string;
  responseModel?: string;
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  reasoningTokens?: number;
  /** Finish reasons in the provider's words, one for each choice that has finished. */
  readonly finishReasonsRaw: string[];
  /**
   * How the answer ended, by the finish reasons so far. With several choices: the least complete one. Absent while
   * a choice is still open.
   */
  ending?: TerminationReason;
  /** The provider's own end mark was seen. */
  terminalEventReceived: boolean;
  /** The first error the provider sent inside the stream; an error after the terminal event is not recorded. */
  error?: AnswerError;
  /** A refusal was streamed in place of content. */
  refused: boolean;
}

export interface AnswerError {
  /** The provider's code or type, verbatim, at most 64 characters; '' when it gave none. */
  readonly code: string;
  readonly reason: TerminationReason;
}

/**
 * What an event is. `chunk`: visible content (text, tool-call delta, image, audio). `reasoning`: content that is not
 * shown. `event`: liveness only (ping, created, usage, end mark).
 */
export type EventKind = 'chunk' | 'reasoning' | 'event';

/** Reads one answer of one wire format. Holds O(1) state however long the answer is. */
export interface AnswerReader {
  readonly facts: AnswerFacts;
  /**
   * A cheap look at the undecoded payload of a frame. Returns its kind when the payload can carry nothing but
   * content, so that it need not be parsed; `undefined` asks for `read`.
   */
  glance(event: string | undefined, payload: string): EventKind | undefined;
  /** A full look at a parsed event. `value` is whatever the payload parses to, and may be any JSON value. */
  read(event: string | undefined, value: unknown): EventKind;
}

/** A wire format. */
export interface Protocol {
  /** `weir.stream.protocol`. */
  readonly name: string;
  /** `gen_ai.operation.name` of what it carries. */
  readonly operation: string;
  readonly framing: Framing;
  /** Payload that ends the stream and is not JSON (`[DONE]`); the reader never sees it. */
  readonly sentinel?: string;
  /** Whether the end of this protocol is a terminal event or sentinel; where false, a finish reason suffices alone. */
  readonly hasTerminalEvent: boolean;
  open(): AnswerReader;
}

export type Framing = 'sse' | 'ndjson' | 'eventstream';

/** What one read of the body contained. */
export interface ReadSummary {
  events: number;
  /** Events with content, reasoning included. */
  chunks: number;
  /** Events with visible content. */
  visibleChunks: number;
}

/**
 * Turns the bytes of one body into facts: framing, decoding and the wire format together. Bounded: an unfinished
 * frame is kept up to a limit, beyond which the body counts as malformed.
 */
export interface BodyReader {
  readonly protocol: Protocol;
  readonly facts: AnswerFacts;
  /** Frames that did not decode. */
  readonly malformedEvents: number;
  /** Set when nothing after this point can be read: bad UTF-8, a frame over the limit, a checksum that is wrong. */
  readonly broken: string | undefined;
  /** Bytes of an unfinished frame are waiting. */
  readonly midFrame: boolean;
  /** The summary is reused: read it before the next call. */
  push(bytes: Uint8Array): Readonly<ReadSummary>;
  /** The body has ended: a last frame without its blank line is read. */
  finish(): Readonly<ReadSummary>;
}
