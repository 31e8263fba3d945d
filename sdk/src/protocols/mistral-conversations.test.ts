import { describe, expect, it } from 'vitest';
import { readBody } from '../testing/read-body.ts';
import { mistralConversations } from './mistral-conversations.ts';

const sse = (...events: readonly { type: string }[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
const started = { type: 'conversation.response.started', conversation_id: 'conv_1' };
const says = (content: unknown) => ({ type: 'message.output.delta', model: 'mistral-medium', content });
const done = {
  type: 'conversation.response.done',
  usage: { prompt_tokens: 9, completion_tokens: 5 },
};

describe('a conversation of Mistral', () => {
  it('is complete with its last event', () => {
    expect(readBody(mistralConversations, sse(started, says('A '), says('weir'), done))).toMatchObject({
      events: 4,
      chunks: 2,
      visibleChunks: 2,
      facts: {
        responseId: 'conv_1',
        responseModel: 'mistral-medium',
        inputTokens: 9,
        outputTokens: 5,
        terminalEventReceived: true,
      },
    });
  });

  it('is cut short without it', () => {
    const { facts } = readBody(mistralConversations, sse(started, says('A ')));
    expect([facts.terminalEventReceived, facts.ending]).toEqual([false, undefined]);
  });

  it('tells thoughts from words', () => {
    const thought = says({ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] });
    const seen = readBody(mistralConversations, sse(started, thought, says('A '), says('')));
    expect([seen.chunks, seen.visibleChunks]).toEqual([2, 1]);
  });

  it('asks for a function', () => {
    const call = { type: 'function.call.delta', name: 'flow', arguments: '{"at":' };
    expect(readBody(mistralConversations, sse(started, call, done)).facts.ending).toBe('tool_call');
  });

  it.each([
    [3700, 'provider_error'],
    [429, 'rate_limited'],
  ])('that fails with code %i is %s', (code, reason) => {
    const failed = { type: 'conversation.response.error', message: 'Service unavailable', code };
    const { facts } = readBody(mistralConversations, sse(started, says('A '), failed));
    expect(facts.error?.reason).toBe(reason);
  });
});
