import type { TerminationReason } from '@weir/schemas/termination';
import { describe, expect, it } from 'vitest';
import { lessComplete, reasonOfFinish } from './finish-reasons.ts';

/**
 * Every word that is documented, lower case with `_`. Sources:
 * OpenAI and its compatibles https://platform.openai.com/docs/api-reference/chat-streaming,
 * Anthropic https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons,
 * Gemini https://ai.google.dev/api/generate-content#FinishReason,
 * Cohere https://docs.cohere.com/reference/chat-stream,
 * Bedrock https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html,
 * Titan https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html,
 * watsonx https://cloud.ibm.com/apidocs/watsonx-ai,
 * text-generation-inference https://huggingface.co/docs/text-generation-inference,
 * Vercel AI SDK https://ai-sdk.dev/docs/reference/ai-sdk-core/stream-text.
 */
const documented: readonly (readonly [word: string, reason: TerminationReason])[] = [
  // OpenAI
  ['stop', 'completed'],
  ['length', 'length'],
  ['tool_calls', 'tool_call'],
  ['function_call', 'tool_call'],
  ['content_filter', 'content_filter'],
  ['max_output_tokens', 'length'],
  ['max_completion_tokens', 'length'],
  ['max_prompt_tokens', 'length'],
  ['incomplete', 'length'],
  ['requires_action', 'tool_call'],
  ['expired', 'provider_error'],
  ['cancelled', 'client_abort'],
  // Mistral, DeepSeek, Together, vLLM, OpenRouter
  ['model_length', 'length'],
  ['insufficient_system_resource', 'overloaded'],
  ['eos', 'completed'],
  ['error', 'provider_error'],
  ['abort', 'provider_error'],
  // Anthropic
  ['end_turn', 'completed'],
  ['stop_sequence', 'completed'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool_call'],
  ['pause_turn', 'paused'],
  ['compaction', 'paused'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'length'],
  // Gemini
  ['safety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['language', 'content_filter'],
  ['blocklist', 'content_filter'],
  ['prohibited_content', 'content_filter'],
  ['spii', 'content_filter'],
  ['model_armor', 'content_filter'],
  ['image_safety', 'content_filter'],
  ['image_prohibited_content', 'content_filter'],
  ['image_recitation', 'content_filter'],
  ['image_other', 'provider_error'],
  ['no_image', 'provider_error'],
  ['malformed_function_call', 'provider_error'],
  ['malformed_response', 'provider_error'],
  ['unexpected_tool_call', 'provider_error'],
  ['too_many_tool_calls', 'provider_error'],
  ['missing_thought_signature', 'provider_error'],
  // Gemini where enums are sent as numbers; beyond 5 the numbers of its two APIs differ, up to 8 in name alone.
  ['1', 'completed'],
  ['2', 'length'],
  ['3', 'content_filter'],
  ['4', 'content_filter'],
  ['5', 'unknown'],
  ['6', 'content_filter'],
  ['7', 'content_filter'],
  ['8', 'content_filter'],
  // Cohere
  ['complete', 'completed'],
  ['tool_call', 'tool_call'],
  ['error_toxic', 'content_filter'],
  ['error_limit', 'length'],
  ['user_cancel', 'client_abort'],
  ['timeout', 'provider_error'],
  // Bedrock Converse, Titan, AI21
  ['guardrail_intervened', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['malformed_model_output', 'provider_error'],
  ['malformed_tool_use', 'provider_error'],
  ['finish', 'completed'],
  ['stop_criteria_met', 'completed'],
  ['endoftext', 'completed'],
  // watsonx, text-generation-inference
  ['eos_token', 'completed'],
  ['token_limit', 'length'],
  ['time_limit', 'length'],
  // Ollama says `load` and `unload` where a request without a prompt only moved the model.
  ['load', 'completed'],
  ['unload', 'completed'],
  // Gemini and the AI SDK: generation stopped, and the provider does not know why.
  ['other', 'unknown'],
  ['unknown', 'unknown'],
];

describe('documented finish words', () => {
  it.each(documented)('%s means %s', (word, reason) => {
    expect(reasonOfFinish(word)).toBe(reason);
    expect(reasonOfFinish(word.toUpperCase().replaceAll('_', '-'))).toBe(reason);
  });
});

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
