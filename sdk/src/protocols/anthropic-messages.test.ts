import { describe, expect, it } from 'vitest';
import { readBody } from '../testing/read-body.ts';
import { anthropicMessages } from './anthropic-messages.ts';

const start = (id = 'msg_1') => ({
  type: 'message_start',
  message: {
    id,
    model: 'claude-x',
    usage: {
      input_tokens: 12,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 7,
      output_tokens: 1,
    },
  },
});
const text = (words: string) => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: words },
});
const end = (stop: string | null) => ({
  type: 'message_delta',
  delta: { stop_reason: stop },
  usage: { output_tokens: 25, output_tokens_details: { thinking_tokens: 5 } },
});
const stop = { type: 'message_stop' };

interface Event {
  readonly type: string;
  readonly [member: string]: unknown;
}

const named = (...events: Event[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
const read = (...events: Event[]) => readBody(anthropicMessages, named(...events));

describe('an Anthropic message stream', () => {
  it('is completed by its stop reason and message_stop', () => {
    expect(read(start(), text('Hi'), end('end_turn'), stop).facts).toEqual({
      responseId: 'msg_1',
      responseModel: 'claude-x',
      inputTokens: 12,
      outputTokens: 25,
      cacheReadTokens: 100,
      cacheWriteTokens: 7,
      reasoningTokens: 5,
      finishReasonsRaw: ['end_turn'],
      ending: 'completed',
      terminalEventReceived: true,
      refused: false,
    });
  });

  it('has no ending where it is cut before message_delta', () => {
    expect(read(start(), text('Hi')).facts).toMatchObject({
      finishReasonsRaw: [],
      terminalEventReceived: false,
    });
    expect(read(start(), text('Hi')).facts.ending).toBeUndefined();
  });

  it.each([
    ['overloaded_error', 'overloaded'],
    ['api_error', 'provider_error'],
    ['rate_limit_error', 'rate_limited'],
    ['authentication_error', 'auth_error'],
    ['invalid_request_error', 'provider_error'],
  ])('fails with the error event %s', (type, reason) => {
    const error = { type: 'error', error: { type, message: 'Overloaded' === type ? type : 'no' } };
    expect(read(start(), text('Hi'), error).facts.error).toEqual({ code: type, reason });
  });

  it('does not fail with an error event after message_stop', () => {
    const error = { type: 'error', error: { type: 'api_error', message: 'late' } };
    expect(read(start(), end('end_turn'), stop, error).facts.error).toBeUndefined();
  });

  it('that falls back to another model in the middle is that of the second start', () => {
    const { facts } = read(start('msg_1'), end('end_turn'), start('msg_2'), text('Hi'));
    expect(facts.responseId).toBe('msg_2');
    expect(facts.ending).toBeUndefined();
    expect(
      read(start('msg_1'), text('a'), start('msg_2'), text('b'), end('tool_use'), stop).facts.ending,
    ).toBe('tool_call');
  });

  it('counts no output where the final count is zero', () => {
    const first = { id: 'msg_1', usage: { input_tokens: 20, output_tokens: 1 } };
    const last = { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 0 } };
    expect(read({ type: 'message_start', message: first }, last, stop).facts).toMatchObject({
      inputTokens: 20,
      outputTokens: 0,
    });
  });

  it('of the API before messages gives id and model with every event', () => {
    const part = { type: 'completion', id: 'compl_1', model: 'claude-2', stop_reason: null };
    const seen = read({ ...part, completion: 'Hi' }, { ...part, completion: '', stop_reason: 'max_tokens' });
    expect(seen).toMatchObject({
      events: 2,
      chunks: 1,
      facts: { responseId: 'compl_1', responseModel: 'claude-2', ending: 'length' },
    });
  });

  it.each(['pause_turn', 'refusal', 'max_tokens', 'model_context_window_exceeded'])(
    'can end with %s',
    (reason) => {
      const endings = {
        pause_turn: 'paused',
        refusal: 'refusal',
        max_tokens: 'length',
        model_context_window_exceeded: 'length',
      };
      expect(read(start(), end(reason), stop).facts.ending).toBe(endings[reason as keyof typeof endings]);
    },
  );

  it('shows tools from their first event, and thinking as reasoning', () => {
    const block = (content_block: object) => ({ type: 'content_block_start', index: 0, content_block });
    const delta = (inner: object) => ({ type: 'content_block_delta', index: 0, delta: inner });
    const seen = read(
      block({ type: 'thinking', thinking: '' }),
      delta({ type: 'thinking_delta', thinking: 'hm' }),
      delta({ type: 'signature_delta', signature: 's' }),
      block({ type: 'text', text: '' }),
      text('Hi'),
      block({ type: 'tool_use', id: 't', name: 'f', input: {} }),
      delta({ type: 'input_json_delta', partial_json: '' }),
      delta({ type: 'input_json_delta', partial_json: '{' }),
      { type: 'ping' },
    );
    expect(seen).toMatchObject({ events: 9, chunks: 4, visibleChunks: 3 });
  });

  it('is read where blanks pad the JSON, as the API sends it', () => {
    const padded = (blanks: number) =>
      `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}${' '.repeat(blanks)}}\n\n`;
    expect(readBody(anthropicMessages, [0, 5, 2, 9].map(padded).join(''))).toMatchObject({
      chunks: 4,
      malformed: 0,
    });
  });
});
