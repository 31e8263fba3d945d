import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { openaiResponses } from './openai-responses.ts';

const response = (more: object) => ({ id: 'resp_1', object: 'response', model: 'gpt-5', ...more });
const created = { type: 'response.created', response: response({ status: 'in_progress' }) };
const text = (delta: string, sequence_number = 4) => ({
  type: 'response.output_text.delta',
  sequence_number,
  item_id: 'msg_1',
  delta,
});
const ended = (kind: string, more: object = {}) => ({
  type: `response.${kind}`,
  response: response({ status: kind, ...more }),
});
const read = (...events: object[]) => readBody(openaiResponses, sse(...events));

describe('an OpenAI responses stream', () => {
  it('is completed by response.completed, with its usage', () => {
    const usage = {
      input_tokens: 8,
      input_tokens_details: { cached_tokens: 3 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2 },
    };
    expect(read(created, text('Hi'), ended('completed', { usage })).facts).toMatchObject({
      responseId: 'resp_1',
      responseModel: 'gpt-5',
      inputTokens: 8,
      cacheReadTokens: 3,
      outputTokens: 5,
      reasoningTokens: 2,
      finishReasonsRaw: ['completed'],
      ending: 'completed',
      terminalEventReceived: true,
    });
  });

  it('ends incomplete for the reason it gives', () => {
    expect(
      read(created, ended('incomplete', { incomplete_details: { reason: 'max_output_tokens' } })).facts
        .ending,
    ).toBe('length');
    expect(
      read(created, ended('incomplete', { incomplete_details: { reason: 'content_filter' } })).facts.ending,
    ).toBe('content_filter');
  });

  it('ends where another caller cancelled it', () => {
    expect(read(created, ended('cancelled')).facts).toMatchObject({
      ending: 'client_abort',
      terminalEventReceived: true,
    });
  });

  it('fails with response.failed, alone or after an error event', () => {
    const failed = ended('failed', { error: { code: 'server_error', message: 'sorry' } });
    const error = {
      type: 'error',
      code: 'insufficient_quota',
      message: 'You exceeded your current quota',
      param: null,
    };
    expect(read(created, failed).facts.error).toEqual({ code: 'server_error', reason: 'provider_error' });
    expect(read(created, error, failed).facts).toMatchObject({
      error: { code: 'insufficient_quota', reason: 'quota_exceeded' },
      terminalEventReceived: true,
    });
  });

  it('that is resumed begins in the middle', () => {
    expect(read(text('lo', 40), ended('completed')).facts).toMatchObject({
      responseId: 'resp_1',
      ending: 'completed',
    });
  });

  it('that is cut has no ending', () => {
    const { facts } = read(created, text('Hi'), { type: 'response.output_text.done', text: 'Hi' });
    expect(facts.ending).toBeUndefined();
    expect(facts.terminalEventReceived).toBe(false);
  });

  it('tells reasoning, tool calls, images and refusals from one another', () => {
    const seen = read(
      created,
      { type: 'response.output_item.added', item: { type: 'reasoning' } },
      { type: 'response.reasoning_summary_text.delta', delta: 'hm' },
      { type: 'response.output_item.added', item: { type: 'function_call', name: 'f' } },
      { type: 'response.function_call_arguments.delta', delta: '{' },
      { type: 'response.image_generation_call.partial_image', partial_image_b64: 'AAAA' },
      { type: 'response.refusal.delta', delta: 'No' },
      ended('completed'),
    );
    expect(seen).toMatchObject({
      events: 8,
      chunks: 5,
      visibleChunks: 4,
      facts: { refused: true, ending: 'refusal' },
    });
  });
});
