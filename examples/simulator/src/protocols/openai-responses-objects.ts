/** The objects inside OpenAI Responses events: the response itself and its output items. */
import type { Answer, ToolCall } from '../answer.ts';
import type { Json } from '../json.ts';
import type { Turn } from './protocol.ts';

type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** Item ids share the response's own digits, as OpenAI's do. */
function itemId(prefix: string, turn: Turn): string {
  return `${prefix}_${turn.responseId.slice('resp_'.length)}`;
}

export function reasoningItem(turn: Turn) {
  return { id: itemId('rs', turn), type: 'reasoning', summary: [] };
}

export function messageItem(turn: Turn, answer: Answer, status: ItemStatus) {
  const text = answer.text.join('');
  const part: Json =
    answer.finish === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', annotations: [], logprobs: [], text };
  return {
    id: itemId('msg', turn),
    type: 'message',
    status,
    content: status === 'in_progress' ? [] : [part],
    role: 'assistant',
  };
}

export function callItem(call: ToolCall, status: ItemStatus) {
  return {
    id: `fc_${call.id.slice('call_'.length)}`,
    type: 'function_call',
    status,
    arguments: status === 'in_progress' ? '' : call.pieces.join(''),
    call_id: call.id,
    name: call.name,
  };
}

/** The response as it is when generation starts, or when it has ended. */
export function responseObject(turn: Turn, moment: 'started' | 'final'): Json {
  const answer = turn.answers[0];
  const end = moment === 'final' && answer !== undefined ? endOf(turn, answer) : STARTED;
  return {
    id: turn.responseId,
    object: 'response',
    created_at: Math.floor(turn.createdAtMs / 1000),
    status: end.status,
    background: false,
    error: null,
    incomplete_details: end.incomplete_details,
    instructions: null,
    max_output_tokens: turn.request.maxOutputTokens ?? null,
    max_tool_calls: null,
    model: turn.model,
    output: end.output,
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: null,
    prompt_cache_retention: null,
    reasoning: { effort: turn.request.reasoning === 'none' ? null : 'medium', summary: null },
    safety_identifier: null,
    service_tier: moment === 'final' ? 'default' : 'auto',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: turn.request.mustCallTool ? 'required' : 'auto',
    tools: turn.request.tools.map(({ name, parameters }) => ({
      type: 'function',
      name,
      parameters,
      strict: true,
    })),
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage: end.usage,
    user: null,
    metadata: {},
  };
}

interface ResponseEnd {
  readonly status: ItemStatus;
  readonly incomplete_details: Json | null;
  readonly output: readonly Json[];
  readonly usage: Json | null;
}

const STARTED: ResponseEnd = { status: 'in_progress', incomplete_details: null, output: [], usage: null };

const INCOMPLETE_REASONS: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

function endOf(turn: Turn, answer: Answer): ResponseEnd {
  const reason = INCOMPLETE_REASONS[answer.finish];
  const status = reason === undefined ? 'completed' : 'incomplete';
  const calls = answer.toolCalls.map((call) => callItem(call, 'completed'));
  const spoken = calls.length > 0 ? calls : [messageItem(turn, answer, status)];
  return {
    status,
    incomplete_details: reason === undefined ? null : { reason },
    output: answer.reasoningTokens > 0 ? [reasoningItem(turn), ...spoken] : spoken,
    usage: usageOf(turn),
  };
}

function usageOf({ usage }: Turn): Json {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
