import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { watsonx } from './watsonx.ts';

const result = (generated_text: string, stop_reason: string, counts: object = {}) => ({
  model_id: 'ibm/granite',
  results: [{ generated_text, stop_reason, ...counts }],
});

describe('a watsonx stream', () => {
  it('ends with a stop reason that is one', () => {
    const body = sse(
      result('', 'not_finished', { input_token_count: 8, generated_token_count: 0 }),
      result('the', 'not_finished', { input_token_count: 0, generated_token_count: 1 }),
      result('', 'max_tokens', { input_token_count: 0, generated_token_count: 2 }),
    );
    expect(readBody(watsonx, body)).toMatchObject({
      chunks: 1,
      facts: {
        responseModel: 'ibm/granite',
        inputTokens: 8,
        outputTokens: 2,
        finishReasonsRaw: ['max_tokens'],
        ending: 'length',
      },
    });
  });

  it('that is cut keeps the tokens so far and has no ending', () => {
    const { facts } = readBody(
      watsonx,
      sse(
        result('a', 'not_finished', { generated_token_count: 1 }),
        result('b', 'not_finished', { generated_token_count: 2 }),
      ),
    );
    expect(facts.ending).toBeUndefined();
    expect(facts.outputTokens).toBe(2);
  });

  it('fails with a list of errors', () => {
    const body = sse({
      errors: [{ code: 'model_not_supported', message: 'no' }],
      trace: 't',
      status_code: 500,
    });
    expect(readBody(watsonx, body).facts.error).toEqual({
      code: 'model_not_supported',
      reason: 'provider_error',
    });
  });
});
