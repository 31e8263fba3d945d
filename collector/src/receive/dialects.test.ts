import { describe, expect, it } from 'vitest';
import { readSpan, receivedAtMs, type SpanInput } from './testing/read-spans.ts';

const firstToken = new Date(receivedAtMs - 5_000 + 329).toISOString();

const generation = { 'langfuse.observation.type': 'generation' };

describe('time to first token under every name in use reads the same', () => {
  const names: [name: string, span: SpanInput][] = [
    ['gen_ai.response.time_to_first_chunk', { attributes: { 'gen_ai.response.time_to_first_chunk': 0.329 } }],
    [
      'gen_ai.client.operation.time_to_first_chunk',
      { attributes: { 'gen_ai.client.operation.time_to_first_chunk': 0.329 } },
    ],
    ['gen_ai.server.time_to_first_token', { attributes: { 'gen_ai.server.time_to_first_token': 0.329 } }],
    ['gen_ai.server.ttft', { attributes: { 'gen_ai.server.ttft': 0.329 } }],
    ['ai.response.msToFirstChunk', { attributes: { 'ai.response.msToFirstChunk': 329 } }],
    ['ai.stream.msToFirstChunk', { attributes: { 'ai.stream.msToFirstChunk': 329 } }],
    [
      'langfuse.observation.completion_start_time',
      { attributes: { 'langfuse.observation.completion_start_time': JSON.stringify(firstToken) } },
    ],
    [
      'First Token Stream Event',
      {
        attributes: { 'openinference.span.kind': 'LLM' },
        events: [{ name: 'First Token Stream Event', afterStartMs: 329 }],
      },
    ],
    [
      'new_token',
      {
        attributes: { 'langsmith.span.kind': 'llm' },
        events: [
          { name: 'new_token', afterStartMs: 900 },
          { name: 'new_token', afterStartMs: 329 },
        ],
      },
    ],
  ];
  it.each(names)('%s', (_name, span) => {
    expect(readSpan(span).ttftSeconds).toBeCloseTo(0.329, 6);
  });

  it('and the conventions of today outrank the others, in any order', () => {
    const today = { 'gen_ai.response.time_to_first_chunk': 0.3 };
    const other = { 'gen_ai.server.ttft': 0.9 };
    expect(readSpan({ attributes: { ...today, ...other } }).ttftSeconds).toBe(0.3);
    expect(readSpan({ attributes: { ...other, ...today } }).ttftSeconds).toBe(0.3);
  });

  it('and a time outside the span is no time to first token', () => {
    const attributes = {
      ...generation,
      'langfuse.observation.completion_start_time': '2026-02-01T00:00:00Z',
    };
    expect(readSpan({ attributes }).ttftSeconds).toBeNull();
  });

  it('and a time without a zone is not guessed at', () => {
    const attributes = {
      ...generation,
      'langfuse.observation.completion_start_time': firstToken.replace('Z', ''),
    };
    expect(readSpan({ attributes }).ttftSeconds).toBeNull();
  });
});

describe('other instrumentations', () => {
  it('GenAI conventions before `gen_ai.provider.name`', () => {
    const attributes = {
      'gen_ai.system': 'az.ai.openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.prompt_tokens': 12,
      'gen_ai.usage.completion_tokens': 34,
      'gen_ai.response.finish_reasons': ['stop'],
    };
    expect(readSpan({ attributes })).toMatchObject({
      provider: 'azure.ai.openai',
      model: 'gpt-4o',
      inputTokens: 12,
      outputTokens: 34,
      outcome: 'completed',
      stage: 'done',
    });
  });

  it('Vercel AI SDK', () => {
    const attributes = {
      'operation.name': 'ai.streamText.doStream',
      'ai.operationId': 'ai.streamText.doStream',
      'ai.model.id': 'claude-sonnet-4-5',
      'ai.model.provider': 'anthropic.messages',
      'ai.response.finishReason': 'tool-calls',
      'ai.response.model': 'claude-sonnet-4-5-20250929',
      'ai.usage.promptTokens': 5,
      'ai.usage.completionTokens': 7,
      'gen_ai.response.finish_reasons': ['tool-calls'],
    };
    expect(readSpan({ attributes })).toMatchObject({
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      responseModel: 'claude-sonnet-4-5-20250929',
      inputTokens: 5,
      outputTokens: 7,
      reason: 'tool_call',
      finishReasons: ['tool_call'],
      finishReasonsRaw: ['tool-calls'],
    });
  });

  it('OpenInference', () => {
    const attributes = {
      'openinference.span.kind': 'LLM',
      'llm.system': 'openai',
      'llm.provider': 'azure',
      'llm.model_name': 'gpt-4o-mini',
      'llm.token_count.prompt': 10,
      'llm.token_count.completion': 20,
      'llm.token_count.prompt_details.cache_read': 3,
      'session.id': 's-1',
    };
    expect(readSpan({ attributes })).toMatchObject({
      provider: 'azure.ai.openai',
      model: 'gpt-4o-mini',
      inputTokens: 10,
      outputTokens: 20,
      cacheReadTokens: 3,
      sessionId: 's-1',
      outcome: 'unknown',
    });
  });

  it('Traceloop', () => {
    const attributes = {
      'llm.request.type': 'chat',
      'llm.is_streaming': true,
      'gen_ai.system': 'OpenAI',
      'gen_ai.completion.0.finish_reason': 'length',
      'traceloop.association.properties.session_id': 's-2',
    };
    expect(readSpan({ attributes })).toMatchObject({
      operation: 'chat',
      requestStream: true,
      provider: 'openai',
      outcome: 'limited',
      reason: 'length',
      sessionId: 's-2',
    });
  });

  it('Langfuse', () => {
    const attributes = {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'gpt-4o',
      'langfuse.observation.usage_details': '{"input":11,"output":22,"total":33}',
      'langfuse.observation.level': 'ERROR',
      'langfuse.observation.status_message': 'Connection reset',
      'langfuse.environment': 'staging',
    };
    expect(readSpan({ attributes })).toMatchObject({
      model: 'gpt-4o',
      inputTokens: 11,
      outputTokens: 22,
      outcome: 'failed',
      reason: 'unknown',
      statusMessage: 'Connection reset',
      environment: 'staging',
    });
  });

  it('OpenLIT', () => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'mistral',
      'gen_ai.request.is_stream': true,
      'gen_ai.server.time_to_first_token': 1,
    };
    expect(readSpan({ attributes })).toMatchObject({
      provider: 'mistral_ai',
      requestStream: true,
      ttftSeconds: 1,
    });
  });

  it('LangSmith', () => {
    const attributes = {
      'langsmith.span.kind': 'llm',
      'gen_ai.system': 'vertexai',
      'gen_ai.request.model': 'g',
    };
    expect(readSpan({ attributes })).toMatchObject({ provider: 'gcp.vertex_ai', model: 'g' });
  });

  it('Sentry', () => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.usage.input_tokens.cached': 4,
      'gen_ai.usage.output_tokens.reasoning': 5,
      'gen_ai.response.streaming': true,
    };
    expect(readSpan({ attributes })).toMatchObject({
      cacheReadTokens: 4,
      reasoningTokens: 5,
      requestStream: true,
    });
  });

  it('resources of before the environment was renamed', () => {
    const attributes = { 'gen_ai.system': 'openai' };
    const stream = readSpan({ attributes }, { resource: { 'deployment.environment': 'prod' } });
    expect(stream.environment).toBe('prod');
  });

  it('reads the class of an error from a recorded exception when nothing else says it', () => {
    const stream = readSpan({
      attributes: { 'gen_ai.system': 'openai' },
      status: { code: 2, message: '429 Too Many Requests' },
      events: [
        { name: 'exception', afterStartMs: 10, attributes: { 'exception.type': 'openai.RateLimitError' } },
      ],
    });
    expect(stream).toMatchObject({
      outcome: 'failed',
      reason: 'rate_limited',
      errorType: 'openai.RateLimitError',
      statusMessage: '429 Too Many Requests',
    });
  });
});
