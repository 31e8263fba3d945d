import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { aiSdk } from './ai-sdk.ts';
import { aiSdkData } from './ai-sdk-data.ts';

describe('a UI message stream of the AI SDK', () => {
  const start = { type: 'start', messageId: 'm1' };
  const text = { type: 'text-delta', id: '0', delta: 'Hi' };

  it('is completed by finish and [DONE]', () => {
    const body = sse(
      start,
      { type: 'start-step' },
      { type: 'reasoning-delta', id: '0', delta: 'hm' },
      text,
      { type: 'finish' },
      '[DONE]',
    );
    expect(readBody(aiSdk, body)).toMatchObject({
      chunks: 2,
      visibleChunks: 1,
      facts: { responseId: 'm1', ending: 'completed', terminalEventReceived: true },
    });
  });

  it('takes the finish reason where one is given', () => {
    expect(readBody(aiSdk, sse(text, { type: 'finish', finishReason: 'tool-calls' })).facts.ending).toBe(
      'tool_call',
    );
  });

  it('can be aborted, or fail', () => {
    expect(readBody(aiSdk, sse(text, { type: 'abort' })).facts.ending).toBe('client_abort');
    const failed = sse(
      text,
      { type: 'error', errorText: 'An error occurred.' },
      { type: 'finish' },
      '[DONE]',
    );
    expect(readBody(aiSdk, failed).facts.error).toEqual({ code: '', reason: 'provider_error' });
  });

  it('that is cut has no ending', () => {
    expect(readBody(aiSdk, sse(start, text)).facts.ending).toBeUndefined();
  });
});

describe('a data stream of the AI SDK', () => {
  it('ends with its d line', () => {
    const body =
      'f:{"messageId":"m1"}\ng:"hm"\n0:"Hi"\ne:{"finishReason":"stop"}\nd:{"finishReason":"length","usage":{"promptTokens":4,"completionTokens":2}}\n';
    expect(readBody(aiSdkData, body)).toMatchObject({
      events: 5,
      chunks: 2,
      visibleChunks: 1,
      malformed: 0,
      facts: {
        responseId: 'm1',
        inputTokens: 4,
        outputTokens: 2,
        ending: 'length',
        terminalEventReceived: true,
      },
    });
  });

  it('fails with its 3 line', () => {
    expect(readBody(aiSdkData, '0:"Hi"\n3:"An error occurred."\n').facts.error?.reason).toBe(
      'provider_error',
    );
  });
});
