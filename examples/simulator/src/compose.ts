import {
  type Answer,
  callOf,
  DEFAULT_TOOL,
  type Finish,
  type ProseLimits,
  prose,
  refusalProse,
  type ToolCall,
} from './answer.ts';
import type { ChatRequest, Manner } from './protocols/protocol.ts';
import type { Random } from './random.ts';

/** Tokens in the hidden chain of thought of one answer, in the order of what providers bill. */
const HIDDEN_REASONING_TOKENS = 320;
const LEAD_IN_CHUNKS = 2;
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * What the model answers to `request`. The wish of a fault (`finish`) comes first; without one the answer calls a tool
 * if the request forces it, stops at `max_tokens` if that is reached, and otherwise stops by itself.
 */
export function composeAnswer(
  request: ChatRequest,
  chunks: number,
  finish: Finish | undefined,
  manner: Manner,
  random: Random,
): Answer {
  const limits: ProseLimits = {
    chunks,
    tokensPerChunk: manner.tokensPerChunk,
    maxTokens: request.maxOutputTokens ?? UNLIMITED,
  };
  const thought = thoughtOf(request, limits, random);
  const thinking = { reasoning: thought.pieces, reasoningTokens: thought.tokens };
  const wish = finish ?? (request.mustCallTool ? 'tool_call' : undefined);
  const spoken = wordsFor(wish, limits, manner, random);
  const toolCalls = wish === 'tool_call' ? [toolCall(request, manner, random)] : [];
  const outputTokens =
    thought.tokens + spoken.tokens + toolCalls.reduce((sum, call) => sum + call.pieces.length, 0);
  return {
    ...thinking,
    text: spoken.pieces,
    toolCalls,
    finish: wish ?? (spoken.tokens >= limits.maxTokens ? 'length' : 'stop'),
    outputTokens,
  };
}

function thoughtOf(request: ChatRequest, limits: ProseLimits, random: Random) {
  switch (request.reasoning) {
    case 'none':
      return { pieces: [], tokens: 0 };
    case 'hidden':
      return { pieces: [], tokens: HIDDEN_REASONING_TOKENS };
    case 'visible':
      return prose(random, { ...limits, chunks: Math.ceil(limits.chunks / 2), maxTokens: UNLIMITED });
  }
}

function wordsFor(wish: Finish | undefined, limits: ProseLimits, manner: Manner, random: Random) {
  if (wish === 'prompt_blocked') return { pieces: [], tokens: 0 };
  if (wish === 'tool_call') {
    return prose(random, { ...limits, chunks: manner.speaksBeforeTools ? LEAD_IN_CHUNKS : 0 });
  }
  if (wish === 'refusal' && manner.declinesInWords) {
    const pieces = refusalProse();
    return { pieces, tokens: pieces.length };
  }
  return prose(random, limits);
}

function toolCall(request: ChatRequest, manner: Manner, random: Random): ToolCall {
  return callOf(request.tools[0] ?? DEFAULT_TOOL, manner.toolIdPrefix, random);
}
