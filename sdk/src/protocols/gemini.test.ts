import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { gemini, geminiJson } from './gemini.ts';

const parts = (items: readonly object[], more: object = {}) => ({
  candidates: [{ content: { role: 'model', parts: items }, ...more }],
  modelVersion: 'gemini-2.5-flash',
  responseId: 'r1',
});
const text = (words: string, finishReason?: string) =>
  parts([{ text: words }], finishReason ? { finishReason } : {});
const read = (...events: object[]) => readBody(gemini, sse(...events));

describe('a Gemini stream', () => {
  it('is completed by its finish reason, with the usage of the last chunk', () => {
    const last = {
      ...text('', 'STOP'),
      usageMetadata: {
        promptTokenCount: 4,
        candidatesTokenCount: 9,
        thoughtsTokenCount: 30,
        cachedContentTokenCount: 1,
      },
    };
    expect(read(text('Hi'), last).facts).toEqual({
      responseId: 'r1',
      responseModel: 'gemini-2.5-flash',
      inputTokens: 4,
      outputTokens: 9,
      reasoningTokens: 30,
      cacheReadTokens: 1,
      finishReasonsRaw: ['STOP'],
      ending: 'completed',
      terminalEventReceived: false,
      refused: false,
    });
  });

  it('does not end with a STOP on an early chunk', () => {
    expect(read(text('a', 'STOP'), text('b'), text('c')).facts.ending).toBeUndefined();
    expect(read(text('a'), text('b'), text('c', 'STOP'), text('d'), text('e')).facts.ending).toBeUndefined();
    expect(read(text('a', 'STOP'), text('b', 'STOP'), text('c', 'MAX_TOKENS')).facts).toMatchObject({
      ending: 'length',
      finishReasonsRaw: ['MAX_TOKENS'],
    });
  });

  it('has not begun again because usage or grounding follows the finish reason', () => {
    const trailing = { candidates: [{ groundingMetadata: {} }], usageMetadata: { promptTokenCount: 4 } };
    expect(read(text('a', 'STOP'), trailing).facts.ending).toBe('completed');
  });

  it('whose prompt was blocked says so without a candidate', () => {
    expect(read({ promptFeedback: { blockReason: 'SAFETY' } }).facts.ending).toBe('prompt_blocked');
  });

  it('that a filter stopped is limited', () => {
    expect(read(text('a'), { candidates: [{ finishReason: 'RECITATION' }] }).facts.ending).toBe(
      'content_filter',
    );
  });

  it('fails with an error object, in a frame or bare on many lines', () => {
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };
    expect(read(text('a'), error).facts.error).toEqual({ code: 'UNAVAILABLE', reason: 'overloaded' });
    expect(readBody(gemini, `${sse(text('a'))}${JSON.stringify(error, null, 2)}`).facts.error?.reason).toBe(
      'overloaded',
    );
  });

  it('shows thoughts as reasoning and calls as content', () => {
    const thought = parts([{ text: 'hm', thought: true }]);
    const call = parts([{ functionCall: { name: 'f', args: {} } }]);
    const signature = parts([{ text: '', thoughtSignature: 'abc' }]);
    expect(read(thought, call, signature)).toMatchObject({ events: 3, chunks: 2, visibleChunks: 1 });
  });

  it.each([
    [1, 'completed'],
    [2, 'length'],
    [3, 'content_filter'],
    [99, 'unknown'],
  ])('with enums as numbers ends with %s as %s', (finishReason, ending) => {
    const last = { candidates: [{ content: { parts: [{ text: 'b' }] }, finishReason }] };
    const open = { candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 0 }] };
    expect(read(open).facts.ending).toBeUndefined();
    expect(read(open, last).facts).toMatchObject({ ending, finishReasonsRaw: [String(finishReason)] });
    expect(read({ promptFeedback: { blockReason: 1 } }).facts.ending).toBe('prompt_blocked');
  });

  it('of Code Assist wraps each event', () => {
    expect(read({ response: text('a', 'STOP') })).toMatchObject({
      chunks: 1,
      facts: { ending: 'completed' },
    });
  });
});

describe('a Gemini stream without alt=sse', () => {
  const events = [text('a'), text('[{"b"}]'), text('c', 'STOP')];

  it('is one array, whose elements are the events', () => {
    const body = `[${events.map((event) => JSON.stringify(event, null, 2)).join('\n,\r\n')}\n]\n`;
    expect(readBody(geminiJson, body)).toMatchObject({
      events: 3,
      chunks: 3,
      midFrame: false,
      facts: { ending: 'completed' },
    });
  });

  it('that is cut is open, inside an element or between two', () => {
    const body = `[${events
      .slice(0, 2)
      .map((event) => JSON.stringify(event))
      .join(',')}`;
    expect(readBody(geminiJson, body)).toMatchObject({ events: 2, midFrame: true });
    expect(readBody(geminiJson, body.slice(0, -9))).toMatchObject({ events: 1, midFrame: true });
  });

  it('may be an array of one error', () => {
    const body =
      '[{\n  "error": {\n    "code": 400,\n    "status": "INVALID_ARGUMENT",\n    "message": "API key not valid."\n  }\n}\n]';
    expect(readBody(geminiJson, body).facts.error).toEqual({
      code: 'INVALID_ARGUMENT',
      reason: 'auth_error',
    });
  });

  it('is no stream where the body is a page or a text', () => {
    expect(readBody(geminiJson, '<html>').document).toBe('html');
    expect(readBody(geminiJson, 'no').document).toBe('text');
  });
});
