import { describe, expect, it } from 'vitest';
import { lines, readBody, sse } from '../testing/read-body.ts';
import { cohere, cohereV1, cohereV1Sse } from './cohere.ts';

describe('a Cohere v2 stream', () => {
  const start = { id: 'c1', type: 'message-start', delta: { message: { role: 'assistant' } } };
  const content = (inner: object) => ({
    type: 'content-delta',
    index: 0,
    delta: { message: { content: inner } },
  });
  const end = (delta: object) => ({ type: 'message-end', delta });

  it('is completed by message-end, with tokens rather than billed units', () => {
    const usage = {
      billed_units: { input_tokens: 3, output_tokens: 4 },
      tokens: { input_tokens: 70, output_tokens: 5 },
      cached_tokens: 64,
    };
    const body = sse(
      start,
      content({ thinking: 'hm' }),
      content({ text: 'Hi' }),
      end({ finish_reason: 'COMPLETE', usage }),
    );
    expect(readBody(cohere, body)).toMatchObject({
      chunks: 2,
      visibleChunks: 1,
      facts: {
        responseId: 'c1',
        inputTokens: 70,
        outputTokens: 5,
        cacheReadTokens: 64,
        ending: 'completed',
        terminalEventReceived: true,
      },
    });
  });

  it('plans tools in reasoning and calls them in content', () => {
    const body = sse(
      start,
      { type: 'tool-plan-delta', delta: {} },
      { type: 'tool-call-start' },
      { type: 'tool-call-delta' },
      end({ finish_reason: 'TOOL_CALL' }),
    );
    expect(readBody(cohere, body)).toMatchObject({
      chunks: 3,
      visibleChunks: 2,
      facts: { ending: 'tool_call' },
    });
  });

  it('fails with the error of its end', () => {
    const body = sse(start, end({ finish_reason: 'ERROR', error: 'internal' }));
    expect(readBody(cohere, body).facts.error).toEqual({ code: '', reason: 'provider_error' });
    const named = end({ finish_reason: 'ERROR', error: 'no', error_type: 'INVALID_TOOL_GENERATION' });
    expect(readBody(cohere, sse(start, named)).facts.error?.code).toBe('INVALID_TOOL_GENERATION');
  });
});

describe('a Cohere v1 stream', () => {
  const objects = [
    { is_finished: false, event_type: 'stream-start', generation_id: 'g1' },
    { is_finished: false, event_type: 'text-generation', text: 'Hi' },
    {
      is_finished: true,
      event_type: 'stream-end',
      finish_reason: 'MAX_TOKENS',
      response: { response_id: 'r1', meta: { tokens: { input_tokens: 6, output_tokens: 2 } } },
    },
  ];

  it('ends with stream-end, as lines or as server-sent events', () => {
    const seen = readBody(cohereV1, lines(...objects));
    expect(seen).toMatchObject({
      events: 3,
      chunks: 1,
      facts: { responseId: 'r1', inputTokens: 6, ending: 'length', terminalEventReceived: true },
    });
    expect(readBody(cohereV1Sse, sse(...objects)).facts).toEqual(seen.facts);
  });

  it('that is cut has no ending', () => {
    expect(readBody(cohereV1, lines(...objects.slice(0, 2))).facts.ending).toBeUndefined();
  });
});
