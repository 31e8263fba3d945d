import type { Answer, Tool } from '../answer.ts';
import type { Json } from '../json.ts';
import type { Random } from '../random.ts';
import type { Reasoning, Timing } from '../timing.ts';
import type { Frame, FramingName } from '../wire/frame.ts';
import type { Headers } from '../wire/step.ts';

export type ProtocolName =
  | 'openai_chat'
  | 'anthropic'
  | 'openai_responses'
  | 'gemini'
  | 'ollama'
  | 'cohere'
  | 'bedrock';

/** Protocols whose frames are lines of text. */
export const TEXT_PROTOCOLS = [
  'openai_chat',
  'openai_responses',
  'anthropic',
  'gemini',
  'ollama',
  'cohere',
] as const satisfies readonly ProtocolName[];

/** What a request asks for, in words no single provider owns. */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Estimated from the size of the prompt; attachments count with their encoded size. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number | undefined;
  readonly tools: readonly Tool[];
  readonly mustCallTool: boolean;
  readonly reasoning: Reasoning;
  /** Parallel answers (`n`). */
  readonly choices: number;
  /** Usage in its own last chunk (`stream_options.include_usage`). */
  readonly includeUsage: boolean;
  /** Random padding that hides the size of chunks (`stream_options.include_obfuscation`). */
  readonly obfuscate: boolean;
  /** A seed in the request body makes the answer reproducible. */
  readonly seed: number | undefined;
}

export type ParsedRequest =
  | { readonly status: 'ok'; readonly request: ChatRequest }
  | { readonly status: 'invalid'; readonly problem: string };

/** Habits of a provider that shape the answer itself. */
export interface Manner {
  readonly tokensPerChunk: number;
  readonly toolIdPrefix: string;
  readonly speaksBeforeTools: boolean;
  /** A refusal is a text of its own; otherwise the answer just stops with a reason. */
  readonly declinesInWords: boolean;
}

/** What is known about an exchange before there is an answer; enough for headers and errors. */
export interface Exchange {
  readonly model: string;
  readonly requestId: string;
  readonly responseId: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly timing: Timing;
  /** For ids and padding, apart from the source of the content so that content depends on the seed alone. */
  readonly idRandom: Random;
}

/** One request being answered. */
export interface Turn extends Exchange {
  readonly request: ChatRequest;
  /** One per choice; never empty. */
  readonly answers: readonly Answer[];
  readonly usage: Usage;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export type FailureKind =
  | 'bad_request'
  | 'context_length'
  | 'auth'
  | 'forbidden'
  | 'not_found'
  | 'too_large'
  | 'rate_limit'
  | 'quota'
  | 'server_error'
  | 'overloaded';

export interface HttpFailure {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface FailureDetails {
  readonly retryAfterSeconds: number;
  /** Replaces the provider's usual sentence, e.g. to say what is wrong with this very request. */
  readonly message?: string;
}

/** One path a protocol serves. `stream` is set where the path decides it rather than the body. */
export interface Route {
  readonly model?: string;
  readonly stream?: boolean;
}

/** A provider's wire format: pure functions from a turn to frames, documents, headers and errors. */
export interface Protocol {
  readonly name: ProtocolName;
  readonly framing: Exclude<FramingName, 'document'>;
  readonly manner: Manner;
  /** Matches `POST` paths. */
  readonly route: (path: string, query: URLSearchParams) => Route | undefined;
  readonly parse: (body: Json, route: Route) => ParsedRequest;
  readonly newIds: (random: Random) => { readonly requestId: string; readonly responseId: string };
  /** Headers of every answer, without `content-type`. */
  readonly headers: (exchange: Exchange) => Headers;
  readonly streamType: string;
  /** The frames of a good stream, in order. */
  readonly frames: (turn: Turn) => Generator<Frame>;
  /** The answer as one JSON document (`stream: false`). */
  readonly document: (turn: Turn) => Json;
  readonly failure: (kind: FailureKind, exchange: Exchange, details: FailureDetails) => HttpFailure;
  /**
   * An error inside a stream that began with HTTP 200, in the provider's own form; some send more than one frame.
   * `position` counts the frames before it.
   */
  readonly streamError: (turn: Turn, position: number) => readonly Frame[];
  /** What the provider sends to keep a silent connection open, encoded; empty if it sends nothing. */
  readonly keepAlive: string;
}

/** A rough count that only has to be plausible and stable: four bytes a token. */
export function estimateTokens(value: unknown): number {
  return Math.max(1, Math.ceil(JSON.stringify(value ?? '').length / 4));
}
