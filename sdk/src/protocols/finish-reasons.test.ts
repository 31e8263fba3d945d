import { describe, expect, it } from 'vitest';
import { lessComplete, reasonOfFinish } from './finish-reasons.ts';

describe('finish words', () => {
  it.each([
    ['stop', 'completed'],
    ['end_turn', 'completed'],
    ['STOP', 'completed'],
    ['COMPLETE', 'completed'],
    ['eos_token', 'completed'],
    ['FINISH', 'completed'],
    ['tool_calls', 'tool_call'],
    ['tool-calls', 'tool_call'],
    ['tool_use', 'tool_call'],
    ['TOOL_CALL', 'tool_call'],
    ['pause_turn', 'paused'],
    ['length', 'length'],
    ['MAX_TOKENS', 'length'],
    ['max_output_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['incomplete', 'length'],
    ['requires_action', 'tool_call'],
    ['content_filter', 'content_filter'],
    ['SAFETY', 'content_filter'],
    ['guardrail_intervened', 'content_filter'],
    ['refusal', 'refusal'],
    ['MALFORMED_FUNCTION_CALL', 'provider_error'],
    ['insufficient_system_resource', 'overloaded'],
    ['error', 'provider_error'],
    ['OTHER', 'unknown'],
  ])('%s means %s', (word, reason) => {
    expect(reasonOfFinish(word)).toBe(reason);
  });

  it.each([
    ['FAKE_ENUM', 'completed'],
    ['max_thinking_length', 'length'],
    ['SOME_SAFETY_THING', 'content_filter'],
    ['internal_failure', 'provider_error'],
    ['constructor', 'completed'],
  ])('that nobody knows are taken by what they hint at: %s means %s', (word, reason) => {
    expect(reasonOfFinish(word)).toBe(reason);
  });

  it('that say that an answer goes on mean nothing', () => {
    expect(reasonOfFinish('not_finished')).toBeUndefined();
    expect(reasonOfFinish('in_progress')).toBeUndefined();
  });

  it('of several choices count by the least complete', () => {
    expect(lessComplete('completed', 'length')).toBe('length');
    expect(lessComplete('content_filter', 'tool_call')).toBe('content_filter');
    expect(lessComplete('completed', 'completed')).toBe('completed');
  });
});
