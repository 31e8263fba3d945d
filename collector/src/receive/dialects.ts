import type { StreamField } from '@weir/schemas/stream-record';
import {
  type Convert,
  type Effect,
  errorLevel,
  fact,
  firstTokenTime,
  kindOfWork,
  milliseconds,
  otherKindOfWork,
  text,
  withinJson,
} from './effects.ts';
import { providerName } from './provider-name.ts';
import { rank } from './span-state.ts';

const isStream = fact('requestStream', rank.dialect);

/** Parameters of a request; what is not asked for there may still be streamed by whoever sends it. */
const streamParameter = withinJson({
  stream: (span, value) => {
    if (value === true) isStream(span, value);
  },
});

/**
 * Attributes of other instrumentations that say what a stream record asks for, by key. The names of the OpenTelemetry
 * GenAI conventions of today are not here: they are `attributes` of `@weir/schemas`, and outrank all of these.
 */
export const dialects: { readonly [key: string]: readonly Effect[] } = {
  ...earlierConventions(),
  ...timeToFirstToken(),
  ...vercelAiSdk(),
  ...openInference(),
  ...traceloop(),
  ...langfuse(),
  ...langSmith(),
  ...kinds(),
  // Sentry
  'gen_ai.usage.input_tokens.cached': says('cacheReadTokens'),
  'gen_ai.usage.output_tokens.reasoning': says('reasoningTokens'),
  'gen_ai.response.streaming': says('requestStream'),
};

/** Keys that carry a fact of the resource under an older or other name. */
export const resourceDialects: { readonly [key: string]: readonly Effect[] } = {
  'deployment.environment': says('environment'),
  'langfuse.environment': says('environment'),
};

function says(field: StreamField, convert?: Convert, as: number = rank.dialect): Effect[] {
  return [fact(field, as, convert)];
}

/** Two earlier generations of the GenAI conventions, and of the HTTP and network ones around them. */
function earlierConventions() {
  return {
    'gen_ai.system': says('provider', text(providerName)),
    'gen_ai.usage.prompt_tokens': says('inputTokens'),
    'gen_ai.usage.completion_tokens': says('outputTokens'),
    'gen_ai.usage.cache_read_input_tokens': says('cacheReadTokens'),
    'gen_ai.usage.cached_tokens': says('cacheReadTokens'),
    'gen_ai.usage.reasoning_tokens': says('reasoningTokens'),
    'gen_ai.response.finish_reason': says('finishReasons'),
    'gen_ai.request.is_stream': says('requestStream'),
    'gen_ai.error.type': says('errorType'),
    'http.status_code': says('httpStatus'),
    'net.peer.name': says('serverAddress'),
    'net.peer.port': says('serverPort'),
  };
}

/** Names that are neither today's nor in an event: seconds but for Vercel's, which say so. */
function timeToFirstToken() {
  return {
    'gen_ai.client.operation.time_to_first_chunk': says('ttftSeconds'),
    'gen_ai.response.time_to_first_token': says('ttftSeconds'),
    'gen_ai.server.time_to_first_token': says('ttftSeconds'),
    'gen_ai.server.ttft': says('ttftSeconds'),
    'ai.response.msToFirstChunk': says('ttftSeconds', milliseconds),
    'ai.stream.msToFirstChunk': says('ttftSeconds', milliseconds),
  };
}

/** https://ai-sdk.dev/docs/ai-sdk-core/telemetry */
function vercelAiSdk() {
  return {
    'ai.model.id': says('model'),
    'ai.model.provider': says('provider', text(providerName)),
    'ai.response.id': says('responseId'),
    'ai.response.model': says('responseModel'),
    'ai.response.finishReason': says('finishReasons'),
    'ai.finishReason': says('finishReasons'),
    'ai.usage.promptTokens': says('inputTokens'),
    'ai.usage.inputTokens': says('inputTokens'),
    'ai.usage.completionTokens': says('outputTokens'),
    'ai.usage.outputTokens': says('outputTokens'),
    'ai.usage.cachedInputTokens': says('cacheReadTokens'),
    'ai.usage.reasoningTokens': says('reasoningTokens'),
  };
}

/** https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md */
function openInference() {
  return {
    'llm.model_name': says('model'),
    'llm.provider': says('provider', text(providerName)),
    // The maker of the model, where `llm.provider` is the host that serves it.
    'llm.system': says('provider', text(providerName), rank.dialect + 1),
    'llm.finish_reason': says('finishReasons'),
    'llm.token_count.prompt': says('inputTokens'),
    'llm.token_count.completion': says('outputTokens'),
    'llm.token_count.prompt_details.cache_read': says('cacheReadTokens'),
    'llm.token_count.completion_details.reasoning': says('reasoningTokens'),
    // LangChain says `stream: false` of calls that it streams. Calls that fail have the name of their model only here.
    'llm.invocation_parameters': [streamParameter, withinJson({ model: fact('model', rank.dialect + 1) })],
    // What LangChain knows of a model, where OpenInference says neither provider nor system.
    metadata: [withinJson({ ls_provider: fact('provider', rank.dialect + 2, text(providerName)) })],
  };
}

/** https://github.com/traceloop/openllmetry, before and after it took up the GenAI names */
function traceloop() {
  return {
    'llm.vendor': says('provider', text(providerName)),
    'llm.request.model': says('model'),
    'llm.response.model': says('responseModel'),
    'llm.response.finish_reason': says('finishReasons'),
    'llm.usage.prompt_tokens': says('inputTokens'),
    'llm.usage.completion_tokens': says('outputTokens'),
    'llm.usage.cache_read_input_tokens': says('cacheReadTokens'),
    'llm.is_streaming': says('requestStream'),
    'gen_ai.is_streaming': says('requestStream'),
    'llm.completions.0.finish_reason': says('finishReasons'),
    'gen_ai.completion.0.finish_reason': says('finishReasons'),
    'traceloop.association.properties.session_id': says('sessionId'),
  };
}

/** https://langfuse.com/integrations/native/opentelemetry */
function langfuse() {
  return {
    'langfuse.observation.model.name': says('model'),
    'langfuse.observation.completion_start_time': [firstTokenTime],
    'langfuse.observation.level': [errorLevel],
    'langfuse.observation.status_message': says('statusMessage'),
    'langfuse.observation.usage_details': [
      withinJson({
        input: fact('inputTokens', rank.dialect),
        output: fact('outputTokens', rank.dialect),
        input_cached_tokens: fact('cacheReadTokens', rank.dialect),
        output_reasoning_tokens: fact('reasoningTokens', rank.dialect),
      }),
    ],
    'langfuse.observation.model.parameters': [streamParameter],
    'langfuse.session.id': says('sessionId'),
  };
}

/** https://docs.smith.langchain.com/observability/how_to_guides/trace_with_opentelemetry */
function langSmith() {
  return {
    'langsmith.request.streaming': says('requestStream'),
    'gen_ai.usage.input_token_details': [withinJson({ cache_read: fact('cacheReadTokens', rank.dialect) })],
    'gen_ai.usage.output_token_details': [withinJson({ reasoning: fact('reasoningTokens', rank.dialect) })],
  };
}

/** Where a vocabulary says whether the span is a model call or something around one. */
function kinds() {
  return {
    'gen_ai.operation.name': [
      otherKindOfWork([
        'embeddings',
        'embedding',
        'rerank',
        'retrieval',
        'execute_tool',
        'tool_call',
        'create_agent',
        'invoke_agent',
        'invoke_workflow',
        'agent_workflow',
        'handoff',
        // One step of an agent of Vercel's, around its model call.
        'agent_step',
      ]),
    ],
    'llm.request.type': [...says('operation'), otherKindOfWork(['embedding', 'rerank'])],
    // `ai.streamText` spans its calls `ai.streamText.doStream`, one for each step: only those are streams.
    'ai.operationId': [
      kindOfWork([
        'ai.streamtext.dostream',
        'ai.generatetext.dogenerate',
        'ai.streamobject.dostream',
        'ai.generateobject.dogenerate',
      ]),
    ],
    'openinference.span.kind': [kindOfWork(['llm', 'unknown'])],
    'traceloop.span.kind': [otherKindOfWork(['workflow', 'task', 'agent', 'tool'])],
    'langfuse.observation.type': [kindOfWork(['generation'])],
    'langsmith.span.kind': [kindOfWork(['llm'])],
  };
}
