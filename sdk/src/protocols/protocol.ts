import type { TerminationReason } from '@weir/schemas/termination';
import type { Answer } from './answer.ts';

/**
 * What a wire format tells about one answer. Filled in by an `AnswerReader` as events pass; nothing here is guessed,
 * what the provider did not say stays absent.
 */
export interface AnswerFacts {
  responseId?: string;
  responseModel?: string;
  /** As the provider counts; whether cached tokens are among them is `Protocol.cachedTokensAreExtra`. */
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  cacheWriteTokens?: number;
  reasoningTokens?: number;
  /**
   * Finish reasons in the provider's words, one for each choice that has finished, in the order of the choices. Each
   * is at most 64 characters; at most 128 choices are kept.
   */
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

/**
 * Reads one answer of one wire format. Holds O(1) state however long the answer is.
 *
 * `read` is idempotent for events that differ only inside the strings and numbers that `Protocol.deltas` names: such
 * an event, once read, is not parsed again.
 */
export interface AnswerReader {
  /** The wire format that a reader of unknown streams has found, once it has. */
  readonly recognised?: Protocol | undefined;
  /** @param value whatever the payload parses to: may be any JSON value. Never throws. */
  read(event: string | undefined, value: unknown): EventKind;
}

/**
 * Which keys of an event may differ from one delta to the next without changing what the event means. Everything
 * outside them must be equal, character by character, for an event to pass unparsed.
 */
export interface DeltaKeys {
  /** Keys whose non-empty string is the content of a delta. */
  readonly content: readonly string[];
  /** Keys whose string or number the reader ignores: padding, sequence numbers, times. */
  readonly ignored: readonly string[];
  /**
   * Nothing after the content can matter, because the type of the event comes before it and says so.
   * Needed where a provider pads with blanks between the tokens of the JSON text.
   */
  readonly prefixDecides?: boolean;
}

/** A wire format; `docs/protocols.md` says what ends a stream in each. */
export interface Protocol {
  /** `weir.stream.protocol`. */
  readonly name: string;
  /** `gen_ai.operation.name` of what it carries. */
  readonly operation: string;
  readonly framing: Framing;
  /** How the payload of a frame is to be read; `json` unless said otherwise. `either`: text where it is not JSON. */
  readonly payload?: 'json' | 'text' | 'either';
  /** Whether the end of this protocol is a terminal event or sentinel; where false, a finish reason suffices alone. */
  readonly hasTerminalEvent: boolean;
  /** Nothing marks the end of a whole answer but the end of its body. */
  readonly endsWithBody?: boolean;
  /** A stream of unknown origin: what its end looks like is not known either. */
  readonly isGeneric?: boolean;
  /** Cached input tokens are counted beside `inputTokens`, not among them. */
  readonly cachedTokensAreExtra?: boolean;
  /** Reasoning tokens are counted beside `outputTokens`, not among them. */
  readonly reasoningTokensAreExtra?: boolean;
  readonly deltas?: DeltaKeys;
  /** Takes the payload out of a transport envelope. */
  unwrap?(payload: string): string;
  /** @param answer receives the facts. */
  open(answer: Answer): AnswerReader;
}

/** `json`: a stream of JSON values without separators of its own, or one array whose elements are the events. */
export type Framing = 'sse' | 'ndjson' | 'eventstream' | 'json';

/** What one read of the body contained. */
export interface ReadSummary {
  events: number;
  /** Events with content, reasoning included. */
  chunks: number;
  /** Events with visible content. */
  visibleChunks: number;
}

/** Why nothing after this point of a body can be read. */
export type BodyFault = 'invalid_utf8' | 'frame_too_large' | 'bad_checksum' | 'bad_frame';

/** What a body is that has no frames. */
export type DocumentKind = 'json' | 'html' | 'text';

/**
 * Turns the bytes of one body into facts: framing, decoding and the wire format together. Bounded: an unfinished
 * frame is kept up to a limit, beyond which the body counts as malformed.
 */
export interface BodyReader {
  /** The wire format; for a stream of unknown origin it may become a more precise one after the first events. */
  readonly protocol: Protocol;
  readonly facts: AnswerFacts;
  /** Frames that did not decode. */
  readonly malformedEvents: number;
  /** Set when nothing after this point can be read: bad UTF-8 in a frame of given length, a frame over the limit, a checksum that is wrong. */
  readonly broken: BodyFault | undefined;
  /** Bytes of an unfinished frame are waiting; after `finish`: the body ended inside a frame. */
  readonly midFrame: boolean;
  /** Set when the body turns out to be a document where frames were due. */
  readonly document: DocumentKind | undefined;
  /** The last `id:` of an SSE body, for resuming; '' without one. */
  readonly lastEventId: string;
  /** The summary is reused: read it before the next call. Never throws. */
  push(bytes: Uint8Array): Readonly<ReadSummary>;
  /** The body has ended: a last frame without its blank line is read. */
  finish(): Readonly<ReadSummary>;
}
