import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { genericSse } from './generic.ts';
import { openaiAssistants } from './openai-assistants.ts';

const queued = { object: 'thread.run', id: 'run_1', model: 'gpt-x', status: 'queued', last_error: null };
const message = {
  object: 'thread.message.delta',
  id: 'msg_1',
  delta: { content: [{ index: 0, type: 'text', text: { value: 'Hi', annotations: [] } }] },
};

function ended(status: string, rest: object = {}) {
  return { ...queued, status, usage: { prompt_tokens: 38, completion_tokens: 9 }, ...rest };
}

describe('a run of the Assistants API', () => {
  it('gives id, model, tokens and chunks', () => {
    const call = { type: 'code_interpreter', code_interpreter: { input: 'x' } };
    const body = sse(
      { object: 'thread', id: 'thread_1' },
      queued,
      {
        object: 'thread.run.step.delta',
        delta: { step_details: { type: 'tool_calls', tool_calls: [call] } },
      },
      { object: 'thread.message', id: 'msg_1', status: 'in_progress', content: [] },
      message,
      message,
      ended('completed'),
      '[DONE]',
    );
    expect(readBody(openaiAssistants, body)).toMatchObject({
      events: 8,
      visibleChunks: 3,
      facts: {
        responseId: 'run_1',
        responseModel: 'gpt-x',
        inputTokens: 38,
        outputTokens: 9,
        ending: 'completed',
        terminalEventReceived: true,
      },
    });
    expect(readBody(genericSse, body).protocolName).toBe('openai_assistants');
  });

  it.each([
    ['requires_action', {}, 'tool_call'],
    ['incomplete', { incomplete_details: { reason: 'max_completion_tokens' } }, 'length'],
    ['cancelled', {}, 'client_abort'],
    ['expired', {}, 'provider_error'],
  ])('that ends as %s is %s', (status, rest, ending) => {
    expect(readBody(openaiAssistants, sse(queued, ended(status, rest))).facts).toMatchObject({ ending });
  });

  it('fails with its last error', () => {
    const failed = ended('failed', { last_error: { code: 'rate_limit_exceeded', message: 'no' } });
    expect(readBody(openaiAssistants, sse(queued, failed)).facts.error).toEqual({
      code: 'rate_limit_exceeded',
      reason: 'rate_limited',
    });
  });

  it('has no ending while it is cut off', () => {
    expect(readBody(openaiAssistants, sse(queued, message)).facts.ending).toBeUndefined();
  });
});
