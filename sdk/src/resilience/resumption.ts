import { asArray, asObject, asText } from '../protocols/json.ts';
import type { OpenStream, StreamAttempt } from './resilient-stream.ts';

/** How one stream is gone on with after it broke. It follows that stream: make a new one for each. */
export interface Resumption<T> {
  /** The application has been given `item`. */
  received(item: T): void;
  readonly isPossible: boolean;
  readonly open: OpenStream<T>;
}

/**
 * Goes on with a response of OpenAI's Responses API right after the last event that came. The provider keeps a stream
 * only for responses that were asked for with `background: true` and are stored:
 * https://platform.openai.com/docs/guides/background#streaming-a-background-response
 *
 * @param retrieve asks for the rest: `(id, startingAfter) => client.responses.retrieve(id, { stream: true,
 *   starting_after: startingAfter })`.
 */
export function resumeResponse<T>(
  retrieve: (id: string, startingAfter: number, attempt: StreamAttempt) => ReturnType<OpenStream<T>>,
): Resumption<T> {
  let id: string | undefined;
  let sequenceNumber: number | undefined;
  return {
    received(item) {
      const event = asObject(item);
      id = asText(asObject(event?.response)?.id) ?? id;
      if (typeof event?.sequence_number === 'number') sequenceNumber = event.sequence_number;
    },
    get isPossible() {
      return id !== undefined && sequenceNumber !== undefined;
    },
    open: (attempt) => retrieve(id ?? '', sequenceNumber ?? 0, attempt),
  };
}

export interface TextContinuation<T> {
  /**
   * The text that an item shows: `''` for none, undefined for output that cannot be gone on with, such as a call to a
   * tool. `chatText` and `messageText` read the chunks of OpenAI and the events of Anthropic.
   */
  readonly textOf: (item: T) => string | undefined;
  /** Asks again, with the text that the application has as the beginning of the answer. */
  readonly open: (text: string, attempt: StreamAttempt) => ReturnType<OpenStream<T>>;
  /** A longer beginning is not kept, and the stream not gone on with. Default a million characters. */
  readonly maxLength?: number;
}

/**
 * Goes on by another request that begins with what has come so far, as a prefill or as a turn of the conversation. The
 * model is asked anew: it pays for the prompt again, may join the parts badly, and is not bound to what it meant to say.
 */
export function continueText<T>({ textOf, open, maxLength = 1_000_000 }: TextContinuation<T>): Resumption<T> {
  let text = '';
  let isPossible = true;
  return {
    received(item) {
      const more = textOf(item);
      if (more === undefined || text.length + more.length > maxLength) isPossible = false;
      else text += more;
    },
    get isPossible() {
      return isPossible;
    },
    open: (attempt) => open(text, attempt),
  };
}

/** The text of a chunk of OpenAI's Chat Completions; undefined for tool calls, refusals and several choices. */
export function chatText(chunk: unknown): string | undefined {
  let text = '';
  for (const choice of asArray(asObject(chunk)?.choices)) {
    const { index, delta } = asObject(choice) ?? {};
    const { content, refusal, tool_calls, function_call } = asObject(delta) ?? {};
    const isOther = asText(refusal) ?? asObject(function_call) ?? asArray(tool_calls)[0];
    if (isOther !== undefined || (typeof index === 'number' && index > 0)) return undefined;
    text += asText(content) ?? '';
  }
  return text;
}

/** The text of an event of Anthropic's Messages; undefined for tools, and for thinking, which cannot be prefilled. */
export function messageText(event: unknown): string | undefined {
  const { type, content_block, delta } = asObject(event) ?? {};
  if (type === 'content_block_start') {
    const block = asObject(content_block);
    return block?.type === 'text' ? (asText(block.text) ?? '') : undefined;
  }
  if (type !== 'content_block_delta') return '';
  const change = asObject(delta);
  return change?.type === 'text_delta' ? (asText(change.text) ?? '') : undefined;
}
