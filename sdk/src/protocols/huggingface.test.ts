import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { huggingface } from './huggingface.ts';

const token = (text: string, id: number, more: object = {}) => ({
  index: id,
  token: { id, text, logprob: -0.1 * id, special: false },
  generated_text: null,
  details: null,
  ...more,
});

describe('a text-generation-inference stream', () => {
  it('ends with the whole text, and tells why in its details', () => {
    const last = token('.', 3, {
      generated_text: 'Hi.',
      details: { finish_reason: 'eos_token', generated_tokens: 3, input_length: 7 },
    });
    expect(readBody(huggingface, sse(token('H', 1), token('i', 2), last))).toMatchObject({
      chunks: 3,
      facts: { inputTokens: 7, outputTokens: 3, ending: 'completed', terminalEventReceived: true },
    });
  });

  it('fails with an error and its type', () => {
    const body = sse(token('H', 1), { error: 'Model is overloaded', error_type: 'overloaded' });
    expect(readBody(huggingface, body).facts.error).toEqual({ code: 'overloaded', reason: 'overloaded' });
  });
});
