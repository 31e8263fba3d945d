import { describe, expect, it } from 'vitest';
import { eventStreamMessage } from '../testing/eventstream-message.ts';
import { readBody } from '../testing/read-body.ts';
import { bedrock } from './bedrock.ts';

const event = (name: string, payload: object) =>
  eventStreamMessage(
    { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
    JSON.stringify(payload),
  );
const exception = (name: string, message: string) =>
  eventStreamMessage({ ':exception-type': name, ':message-type': 'exception' }, JSON.stringify({ message }));
const invoked = (inner: object) => {
  const bytes = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(inner))));
  return event('chunk', { bytes, p: 'abc' });
};
const metrics = {
  'amazon-bedrock-invocationMetrics': { inputTokenCount: 5, outputTokenCount: 10, firstByteLatency: 9 },
};
const read = (...messages: Uint8Array[]) => readBody(bedrock, messages);

describe('a ConverseStream', () => {
  const delta = (inner: object) =>
    event('contentBlockDelta', { contentBlockIndex: 0, delta: inner, p: 'ab' });

  it('is completed by messageStop, and done with the metadata', () => {
    const usage = { inputTokens: 70, outputTokens: 4, cacheReadInputTokens: 3, totalTokens: 74 };
    const messages = [
      event('messageStart', { role: 'assistant' }),
      delta({ text: 'Hi' }),
      delta({ text: '' }),
      event('messageStop', { stopReason: 'end_turn' }),
    ];
    expect(read(...messages).facts).toMatchObject({ ending: 'completed', terminalEventReceived: false });
    expect(read(...messages, event('metadata', { usage })).facts).toMatchObject({
      inputTokens: 70,
      outputTokens: 4,
      cacheReadTokens: 3,
      ending: 'completed',
      terminalEventReceived: true,
    });
  });

  it('tells reasoning from tools and text', () => {
    const tool = event('contentBlockStart', { start: { toolUse: { name: 'f', toolUseId: 't' } } });
    const seen = read(
      delta({ reasoningContent: { text: 'hm' } }),
      tool,
      delta({ toolUse: { input: '{' } }),
      delta({ text: 'a' }),
    );
    expect(seen).toMatchObject({ chunks: 4, visibleChunks: 3 });
  });

  it('fails with an exception frame', () => {
    expect(
      read(delta({ text: 'a' }), exception('throttlingException', 'Too many tokens, please wait')).facts
        .error,
    ).toEqual({ code: 'throttlingException', reason: 'rate_limited' });
    expect(read(exception('modelStreamErrorException', 'oops')).facts.error).toEqual({
      code: 'modelStreamErrorException',
      reason: 'provider_error',
    });
    expect(read(exception('serviceUnavailableException', 'later')).facts.error?.reason).toBe('overloaded');
  });
});

describe('InvokeModelWithResponseStream', () => {
  it.each([
    [
      'Titan',
      [
        { outputText: 'é', completionReason: null },
        { outputText: '', completionReason: 'LENGTH' },
      ],
      'length',
    ],
    [
      'Llama',
      [
        { generation: 'a', stop_reason: null },
        { generation: '', stop_reason: 'stop' },
      ],
      'completed',
    ],
    [
      'Mistral',
      [{ outputs: [{ text: 'a', stop_reason: null }] }, { outputs: [{ text: '', stop_reason: 'length' }] }],
      'length',
    ],
    [
      'Cohere',
      [
        { text: 'a', is_finished: false },
        { is_finished: true, finish_reason: 'COMPLETE' },
      ],
      'completed',
    ],
    ['Cohere in one piece', [{ generations: [{ text: 'a', finish_reason: 'COMPLETE' }] }], 'completed'],
    [
      'Jamba',
      [
        { choices: [{ index: 0, delta: { content: 'a' } }] },
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      ],
      'completed',
    ],
    [
      'DeepSeek',
      [{ choices: [{ text: 'a', stop_reason: null }] }, { choices: [{ text: '', stop_reason: 'length' }] }],
      'length',
    ],
    [
      'Nova',
      [{ contentBlockDelta: { delta: { text: 'a' } } }, { messageStop: { stopReason: 'tool_use' } }],
      'tool_call',
    ],
    [
      'Claude',
      [
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } },
        { type: 'message_delta', delta: { stop_reason: 'max_tokens' } },
      ],
      'length',
    ],
  ])('of %s is read through its envelope', (_model, events, ending) => {
    const seen = read(...events.map(invoked));
    expect(seen).toMatchObject({ chunks: 1, malformed: 0, facts: { ending } });
    const withMetrics = [...events.slice(0, -1), { ...events.at(-1), ...metrics }];
    expect(read(...withMetrics.map(invoked)).facts).toMatchObject({
      ending,
      inputTokens: 5,
      outputTokens: 10,
      terminalEventReceived: true,
    });
  });

  it('that a guardrail stopped is limited', () => {
    const blocked = { outputText: 'Sorry', 'amazon-bedrock-guardrailAction': 'INTERVENED' };
    expect(read(invoked(blocked)).facts).toMatchObject({
      ending: 'content_filter',
      finishReasonsRaw: ['guardrail:INTERVENED'],
    });
  });
});
