import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { openaiChat } from './openai-chat.ts';

const chunk = (delta: object, finish: string | null = null, index = 0) => ({
  id: 'chatcmpl-1',
  model: 'gpt-4o-2024-08-06',
  choices: [{ index, delta, finish_reason: finish }],
});
const usage = {
  id: 'chatcmpl-1',
  choices: [],
  usage: {
    prompt_tokens: 9,
    completion_tokens: 4,
    prompt_tokens_details: { cached_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 3 },
  },
};
const read = (...events: (object | string)[]) => readBody(openaiChat, sse(...events));

describe('an OpenAI chat stream', () => {
  it('is completed by finish reason and sentinel, with the usage of its last chunk', () => {
    expect(
      read(chunk({ role: 'assistant' }), chunk({ content: 'Hi' }), chunk({}, 'stop'), usage, '[DONE]').facts,
    ).toEqual({
      responseId: 'chatcmpl-1',
      responseModel: 'gpt-4o-2024-08-06',
      inputTokens: 9,
      outputTokens: 4,
      cacheReadTokens: 2,
      reasoningTokens: 3,
      finishReasonsRaw: ['stop'],
      ending: 'completed',
      terminalEventReceived: true,
      refused: false,
    });
  });

  it('needs no sentinel after a finish reason', () => {
    expect(read(chunk({ content: 'Hi' }), chunk({}, 'stop')).facts).toMatchObject({
      ending: 'completed',
      terminalEventReceived: false,
    });
  });

  it('that ends in a sentinel without a finish reason has an end, but no ending in words', () => {
    const { facts } = read(chunk({ content: 'Hi' }), '[DONE]');
    expect(facts.ending).toBeUndefined();
    expect(facts.terminalEventReceived).toBe(true);
  });

  it('with three interleaved choices ends with the last of them, as the least complete', () => {
    const events = [
      chunk({ content: 'a' }, null, 0),
      chunk({ content: 'b' }, null, 2),
      chunk({ content: 'c' }, null, 1),
    ];
    const early = [chunk({}, 'stop', 2), chunk({}, 'length', 0)];
    expect(read(...events, ...early).facts.ending).toBeUndefined();
    expect(read(...events, ...early, chunk({}, 'stop', 1)).facts).toMatchObject({
      ending: 'length',
      finishReasonsRaw: ['length', 'stop', 'stop'],
    });
  });

  it('that refuses in place of content is a refusal, although it finishes with stop', () => {
    const { facts, chunks } = read(
      chunk({ refusal: '' }),
      chunk({ refusal: "I'm sorry" }),
      chunk({}, 'stop'),
      '[DONE]',
    );
    expect(facts).toMatchObject({ refused: true, ending: 'refusal', finishReasonsRaw: ['stop'] });
    expect(chunks).toBe(1);
  });

  it('keeps an error object, the finish reason and the sentinel where all come together', () => {
    const { facts } = read(
      { ...chunk({ content: '' }, 'length'), error: { code: 502, message: 'Upstream failed' } },
      '[DONE]',
    );
    expect(facts).toMatchObject({
      error: { code: '502', reason: 'provider_error' },
      ending: 'length',
      terminalEventReceived: true,
    });
  });

  it.each([
    [
      { code: 'insufficient_quota', type: 'insufficient_quota', message: 'You exceeded your current quota' },
      'quota_exceeded',
    ],
    [{ code: 'rate_limit_exceeded', type: 'tokens', message: 'Rate limit reached' }, 'rate_limited'],
    [{ code: null, type: 'server_error', message: 'The server had an error' }, 'provider_error'],
    [
      { code: 'context_length_exceeded', type: 'invalid_request_error', message: 'too long' },
      'context_length',
    ],
    [{ code: 429, message: 'Provider returned error' }, 'rate_limited'],
  ])('fails with an error object in place of a chunk: %j', (error, reason) => {
    const { facts } = read(chunk({ content: 'a' }), { error });
    expect(facts.error?.reason).toBe(reason);
    expect(facts.ending).toBeUndefined();
  });

  it('calls text, tool calls, images and audio visible, and thinking reasoning', () => {
    const visible = [
      { content: 'a' },
      { tool_calls: [{ index: 0, function: { name: 'f', arguments: '' } }] },
      { images: [{ type: 'image_url' }] },
      { audio: { data: 'AAAA' } },
      { content: [{ type: 'text', text: 'a' }] },
    ];
    const hidden = [
      { reasoning_content: 'a' },
      { reasoning: 'a', content: '' },
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }] },
      { content: '', reasoning_details: [{ type: 'reasoning.text', text: 'a' }] },
    ];
    const neither = [
      { role: 'assistant', content: '' },
      {},
      { content: null, tool_calls: null },
      { reasoning: null },
    ];
    expect(read(...visible.map((delta) => chunk(delta)))).toMatchObject({ chunks: 5, visibleChunks: 5 });
    expect(read(...hidden.map((delta) => chunk(delta)))).toMatchObject({ chunks: 4, visibleChunks: 0 });
    expect(read(...neither.map((delta) => chunk(delta)))).toMatchObject({ events: 4, chunks: 0 });
  });

  it('of Azure begins with the results of its prompt filter and no id', () => {
    const filter = {
      id: '',
      model: '',
      choices: [],
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false } } }],
    };
    const stopped = { ...chunk({}, 'content_filter'), content_filter_results: { hate: { filtered: true } } };
    expect(read(filter, chunk({ content: 'a' }), stopped, '[DONE]').facts).toMatchObject({
      responseId: 'chatcmpl-1',
      ending: 'content_filter',
    });
  });

  it('of Groq has its usage under x_groq', () => {
    const last = {
      ...chunk({}, 'stop'),
      x_groq: { id: 'req_1', usage: { prompt_tokens: 5, completion_tokens: 7 } },
    };
    expect(read(chunk({ content: 'a' }), last).facts).toMatchObject({ inputTokens: 5, outputTokens: 7 });
  });

  it('of Perplexity repeats the whole message beside each delta', () => {
    const done = { ...chunk({ content: '' }, 'stop'), object: 'chat.completion.done' };
    const cumulative = {
      id: 'chatcmpl-1',
      choices: [{ index: 0, delta: { content: 'b' }, message: { content: 'ab' }, finish_reason: null }],
    };
    expect(read(cumulative, done)).toMatchObject({ chunks: 1, facts: { ending: 'completed' } });
  });
});
