import type { Answer, Finish } from '../answer.ts';
import { asList, type Json } from '../json.ts';
import { BASE62, randomString } from '../random.ts';
import type { Frame, FrameRole } from '../wire/frame.ts';
import { openaiChat } from './openai-chat.ts';
import { requestIdOf, SERVER_ERROR } from './openai-platform.ts';
import { estimateTokens, type ParsedRequest, type Protocol, type Turn } from './protocol.ts';

const FINISH_REASONS: Record<Finish, string> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  refusal: 'stop',
  tool_call: 'tool-calls',
  pause: 'stop',
  prompt_blocked: 'content-filter',
};

/**
 * An application's own endpoint, which answers its page with the UI message stream of the Vercel AI SDK; the model behind
 * it is OpenAI's, and so are its failures. https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */
export const aiSdkUi: Protocol = {
  ...openaiChat,
  streamType: 'text/event-stream',
  route: (path) => (path.endsWith('/api/ui-messages') ? { stream: true } : undefined),
  parse,
  newIds: (random) => ({
    requestId: requestIdOf(random),
    responseId: `msg_${randomString(random, BASE62, 24)}`,
  }),
  headers: () => ({ 'x-vercel-ai-ui-message-stream': 'v1', 'x-accel-buffering': 'no' }),
  frames,
  streamError: () => [part('error', { type: 'error', errorText: SERVER_ERROR.message })],
};

function parse(body: Json): ParsedRequest {
  if (asList(body.messages) === undefined) return { status: 'invalid', problem: 'messages are missing' };
  return {
    status: 'ok',
    request: {
      model: 'gpt-4.1',
      stream: true,
      inputTokens: estimateTokens(body.messages),
      maxOutputTokens: undefined,
      tools: [],
      mustCallTool: false,
      reasoning: 'none',
      choices: 1,
      includeUsage: false,
      obfuscate: false,
      seed: undefined,
    },
  };
}

function part(role: FrameRole, value: Json, text?: string): Frame {
  const frame = { role, data: JSON.stringify(value) };
  return text === undefined ? frame : { ...frame, text };
}

function* frames(turn: Turn): Generator<Frame> {
  const [answer] = turn.answers;
  if (answer === undefined) return;
  yield part('open', { type: 'start', messageId: turn.responseId });
  yield part('open', { type: 'start-step' });
  yield* answer.toolCalls.length > 0 ? toolParts(answer) : textParts(answer);
  yield part('structure', { type: 'finish-step' });
  yield part('finish', { type: 'finish', finishReason: FINISH_REASONS[answer.finish] });
  yield { role: 'terminal', data: '[DONE]' };
}

function* textParts({ text }: Answer): Generator<Frame> {
  const id = '0';
  yield part('open', { type: 'text-start', id });
  for (const delta of text) yield part('content', { type: 'text-delta', id, delta }, delta);
  yield part('structure', { type: 'text-end', id });
}

function* toolParts({ toolCalls }: Answer): Generator<Frame> {
  for (const { id: toolCallId, name: toolName, pieces } of toolCalls) {
    yield part('open', { type: 'tool-input-start', toolCallId, toolName });
    for (const inputTextDelta of pieces) {
      yield part('content', { type: 'tool-input-delta', toolCallId, inputTextDelta });
    }
    const input: unknown = JSON.parse(pieces.join(''));
    yield part('structure', { type: 'tool-input-available', toolCallId, toolName, input });
  }
}
