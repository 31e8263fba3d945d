import { describe, expect, it } from 'vitest';
import { lines, readBody, sse } from '../testing/read-body.ts';
import { genericNdjson, genericSse } from './generic.ts';

describe('a stream of unknown origin', () => {
  it('becomes one of a known format with its first telling event', () => {
    const body = sse(
      { hello: 'world' },
      { id: 'c', choices: [{ index: 0, delta: { content: 'a' } }] },
      { id: 'c', choices: [{ index: 0, delta: { content: 'b' } }] },
      { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'length' }] },
    );
    expect(readBody(genericSse, body)).toMatchObject({
      events: 4,
      chunks: 2,
      protocolName: 'openai_chat',
      facts: { ending: 'length' },
    });
  });

  it.each([
    ['gemini', { candidates: [{ content: { parts: [{ text: 'a' }] } }] }],
    ['ai_sdk', { type: 'text-delta', id: '0', delta: 'a' }],
    ['ollama', { model: 'm', response: 'a', done: false }],
    ['watsonx', { results: [{ generated_text: 'a', stop_reason: 'not_finished' }] }],
    ['bedrock', { contentBlockDelta: { delta: { text: 'a' } } }],
    ['anthropic_messages', { type: 'completion', completion: 'a', stop_reason: null }],
    ['huggingface', { token: { text: 'a' } }],
    ['openai_completions', { choices: [{ index: 0, text: 'a' }] }],
    ['cohere_v1', { event_type: 'text-generation', text: 'a' }],
  ])('is recognised as %s', (name, event) => {
    expect(readBody(genericSse, sse(event))).toMatchObject({ protocolName: name, chunks: 1 });
    expect(readBody(genericNdjson, lines(event))).toMatchObject({ protocolName: name, chunks: 1 });
  });

  it.each([
    ['an event named like an end', 'event: token\ndata: {"text":"a"}\n\nevent: done\ndata: {}\n\n'],
    ['a type named like an end', sse({ type: 'token', content: 'a' }, { type: 'message_end' })],
    ['the sentinel', sse({ response: 'a' }, '[DONE]')],
    ['a sentinel in quotes', 'data: {"answer":"a"}\n\nevent:done\ndata:"[DONE]"\n\n'],
    ['plain text and a named end', 'data: Hello\n\nevent: end\ndata: \n\n'],
  ])('ends with %s', (_name, body) => {
    expect(readBody(genericSse, body)).toMatchObject({
      chunks: 1,
      malformed: 0,
      protocolName: 'sse',
      facts: { terminalEventReceived: true },
    });
  });

  it('ends with a finish reason under any of the usual names', () => {
    expect(
      readBody(genericNdjson, lines({ text: 'a' }, { text: '', stop_reason: 'max_tokens' })).facts.ending,
    ).toBe('length');
  });

  it('ends with a finish reason beside an answer in an envelope', () => {
    const body = sse(
      { output: { text: 'a', finish_reason: 'null' } },
      { output: { text: 'ab', finish_reason: 'stop' } },
    );
    expect(readBody(genericSse, body)).toMatchObject({
      chunks: 2,
      facts: { ending: 'completed', finishReasonsRaw: ['stop'] },
    });
  });

  it('fails with an error, by name or by shape', () => {
    expect(
      readBody(genericSse, 'event: error\ndata: {"message":"no","code":"boom"}\n\n').facts.error,
    ).toEqual({ code: 'boom', reason: 'provider_error' });
    expect(readBody(genericSse, 'event: error\ndata: no\n\n').facts.error).toEqual({
      code: '',
      reason: 'provider_error',
    });
    expect(
      readBody(genericSse, sse({ text: 'a' }, { error: { type: 'overloaded_error' } })).facts.error?.reason,
    ).toBe('overloaded');
  });

  it('does not take an item that is done for the end', () => {
    const { facts } = readBody(
      genericSse,
      sse({ type: 'item.done' }, { type: 'part_end' }, { type: 'tool.completed' }),
    );
    expect(facts).toMatchObject({ terminalEventReceived: false });
  });
});
