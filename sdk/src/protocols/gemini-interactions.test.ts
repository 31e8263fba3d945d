import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import { genericSse } from './generic.ts';

const created = {
  event_type: 'interaction.created',
  interaction: { id: 'i-1', model: 'gemini-x', status: 'in_progress' },
};
const text = { event_type: 'step.delta', index: 1, delta: { type: 'text', text: 'Hi' } };
const usage = {
  total_input_tokens: 7,
  total_output_tokens: 26,
  total_cached_tokens: 2,
  total_thought_tokens: 5,
};

function ended(status: string, rest: object = {}) {
  return { event_type: 'interaction.completed', interaction: { id: 'i-1', status, usage, ...rest } };
}

describe('an interaction of Gemini', () => {
  it('gives id, model, tokens and chunks', () => {
    const body = sse(
      created,
      { event_type: 'interaction.status_update', status: 'in_progress' },
      { event_type: 'step.start', index: 0, step: { type: 'thought' } },
      { event_type: 'step.delta', index: 0, delta: { type: 'thought_summary', content: { text: 'Hm' } } },
      { event_type: 'step.delta', index: 0, delta: { type: 'thought_signature', signature: 'c2ln' } },
      { event_type: 'step.start', index: 1, step: { type: 'model_output' } },
      text,
      text,
      { event_type: 'step.stop', index: 1 },
      ended('completed'),
      '[DONE]',
    );
    expect(readBody(geminiInteractions, body)).toMatchObject({
      events: 11,
      chunks: 3,
      visibleChunks: 2,
      facts: {
        responseId: 'i-1',
        responseModel: 'gemini-x',
        inputTokens: 7,
        outputTokens: 26,
        cacheReadTokens: 2,
        reasoningTokens: 5,
        ending: 'completed',
        finishReasonsRaw: ['completed'],
        terminalEventReceived: true,
      },
    });
  });

  it.each([
    ['requires_action', 'tool_call'],
    ['incomplete', 'length'],
    ['cancelled', 'client_abort'],
  ])('that ends as %s is %s', (status, ending) => {
    const call = { event_type: 'step.start', index: 0, step: { type: 'function_call', name: 'f' } };
    const args = { event_type: 'step.delta', index: 0, delta: { type: 'arguments_delta', arguments: '{}' } };
    const read = readBody(geminiInteractions, sse(created, call, args, ended(status)));
    expect(read).toMatchObject({ visibleChunks: 2, facts: { ending, finishReasonsRaw: [status] } });
  });

  it('fails with an error, in an event of its own or in the interaction', () => {
    const error = { event_type: 'error', error: { code: 'resource_exhausted', message: 'no' } };
    expect(readBody(geminiInteractions, sse(created, error)).facts.error?.reason).toBe('rate_limited');
    const failed = ended('failed', { error: { code: 'boom', message: 'no' } });
    expect(readBody(geminiInteractions, sse(created, failed)).facts).toMatchObject({
      error: { code: 'boom', reason: 'provider_error' },
    });
  });

  it('has no ending while it is cut off', () => {
    const { facts } = readBody(geminiInteractions, sse(created, text));
    expect(facts).toMatchObject({ terminalEventReceived: false });
    expect(facts.ending).toBeUndefined();
  });

  it('is read in the names of its first version too, and recognised by its events alone', () => {
    const body = sse(
      { event_type: 'interaction.start', interaction: { id: 'i-2', status: 'in_progress' } },
      { event_type: 'content.start', index: 0, content: { type: 'text' } },
      { event_type: 'content.delta', index: 0, delta: { type: 'text', text: 'Hi' } },
      { event_type: 'interaction.complete', interaction: { id: 'i-2', status: 'completed' } },
    );
    expect(readBody(genericSse, body)).toMatchObject({
      protocolName: 'gemini_interactions',
      chunks: 1,
      facts: { responseId: 'i-2', ending: 'completed', terminalEventReceived: true },
    });
  });
});
