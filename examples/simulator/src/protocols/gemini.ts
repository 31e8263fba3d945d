import type { Answer, Finish, Tool } from '../answer.ts';
import { asCount, asList, asObject, asText, type Json } from '../json.ts';
import { BASE62, randomString } from '../random.ts';
import type { Frame, FrameRole } from '../wire/frame.ts';
import type { Headers } from '../wire/step.ts';
import { geminiFailure } from './gemini-errors.ts';
import {
  type Exchange,
  estimateTokens,
  type ParsedRequest,
  type Protocol,
  type Route,
  type Turn,
} from './protocol.ts';

const FINISH_REASONS: Record<Finish, string> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
  refusal: 'SAFETY',
  // A function call is an ordinary stop; the part tells.
  tool_call: 'STOP',
  pause: 'STOP',
  prompt_blocked: 'PROHIBITED_CONTENT',
};

/** Gemini `generateContent`: https://ai.google.dev/api/generate-content. No terminal event: the finish reason is the end. */
export const gemini: Protocol = {
  name: 'gemini',
  framing: 'sse',
  streamType: 'text/event-stream',
  manner: { tokensPerChunk: 12, toolIdPrefix: '', speaksBeforeTools: false, declinesInWords: false },
  route,
  parse,
  newIds: (random) => ({ requestId: '', responseId: randomString(random, BASE62, 23) }),
  headers,
  frames,
  document,
  failure: geminiFailure,
  streamError: (exchange) => [
    {
      role: 'error',
      data: JSON.stringify(geminiFailure('overloaded', exchange, { retryAfterSeconds: 0 }).body),
    },
  ],
  keepAlive: ': keep-alive\n\n',
};

function route(path: string, query: URLSearchParams): Route | undefined {
  const match = /\/models\/([^/:]+):(streamGenerateContent|generateContent)$/.exec(path);
  if (match?.[1] === undefined) return undefined;
  const stream = match[2] === 'streamGenerateContent';
  // Without `alt=sse` the real service streams a JSON array, which is another wire format.
  if (stream && query.get('alt') !== 'sse') return undefined;
  return { model: decodeURIComponent(match[1]), stream };
}

function parse(body: Json, { model, stream }: Route): ParsedRequest {
  if (asList(body.contents) === undefined) {
    return { status: 'invalid', problem: '* GenerateContentRequest.contents: contents is not specified' };
  }
  const config = asObject(body.generationConfig) ?? {};
  const calling = asObject(asObject(body.toolConfig)?.functionCallingConfig);
  const thoughts = asObject(config.thinkingConfig)?.includeThoughts === true;
  return {
    status: 'ok',
    request: {
      model: model ?? '',
      stream: stream === true,
      inputTokens: estimateTokens(body.contents),
      maxOutputTokens: asCount(config.maxOutputTokens),
      tools: (asList(body.tools) ?? []).flatMap(toolsOf),
      mustCallTool: asText(calling?.mode) === 'ANY',
      reasoning: thoughts ? 'visible' : 'none',
      choices: 1,
      includeUsage: true,
      obfuscate: false,
      seed: asCount(config.seed),
    },
  };
}

function toolsOf(value: unknown): Tool[] {
  return (asList(asObject(value)?.functionDeclarations) ?? []).flatMap((declaration) => {
    const definition = asObject(declaration);
    const name = asText(definition?.name);
    const parameters = asObject(definition?.parametersJsonSchema) ?? asObject(definition?.parameters) ?? {};
    return name === undefined ? [] : [{ name, parameters }];
  });
}

function headers(exchange: Exchange): Headers {
  return {
    vary: 'Origin, X-Origin, Referer',
    server: 'scaffolding on HTTPServer2',
    'x-xss-protection': '0',
    'x-frame-options': 'SAMEORIGIN',
    'x-content-type-options': 'nosniff',
    'server-timing': `gfet4t7; dur=${Math.round(exchange.timing.headersMs)}`,
  };
}

function* frames(turn: Turn): Generator<Frame> {
  const answer = turn.answers[0];
  if (answer === undefined) return;
  if (answer.finish === 'prompt_blocked') {
    yield chunk('finish', blockedOf(turn));
    return;
  }
  for (const part of partsOf(answer)) {
    yield chunk('content', { candidates: [candidate([part.json])], ...tail(turn, 'started') }, part.text);
  }
  const last = candidate([{ text: '' }], FINISH_REASONS[answer.finish]);
  yield chunk('finish', { candidates: [last], ...tail(turn, 'final') });
}

function chunk(role: FrameRole, payload: Json, text?: string): Frame {
  const frame = { role, data: JSON.stringify(payload) };
  return text === undefined ? frame : { ...frame, text };
}

interface Part {
  readonly json: Json;
  readonly text?: string;
}

function partsOf(answer: Answer): Part[] {
  return [
    ...answer.reasoning.map((text) => ({ json: { text, thought: true } })),
    ...answer.text.map((text) => ({ json: { text }, text })),
    ...answer.toolCalls.map((call) => ({
      json: { functionCall: { name: call.name, args: asObject(JSON.parse(call.pieces.join(''))) ?? {} } },
    })),
  ];
}

function candidate(parts: readonly Json[], finishReason?: string): Json {
  return {
    content: { parts, role: 'model' },
    ...(finishReason === undefined ? {} : { finishReason }),
    index: 0,
  };
}

function blockedOf(turn: Turn): Json {
  return { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, ...tail(turn, 'started') };
}

/** Every chunk repeats usage, model and id; the output side of usage is complete only at the end. */
function tail(turn: Turn, moment: 'started' | 'final'): Json {
  const { inputTokens, outputTokens, reasoningTokens } = turn.usage;
  const output =
    moment === 'final'
      ? {
          candidatesTokenCount: outputTokens - reasoningTokens,
          totalTokenCount: inputTokens + outputTokens,
          ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
        }
      : { totalTokenCount: inputTokens };
  return {
    usageMetadata: {
      promptTokenCount: inputTokens,
      ...output,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
    },
    modelVersion: turn.model,
    responseId: turn.responseId,
  };
}

function document(turn: Turn): Json {
  const answer = turn.answers[0];
  if (answer === undefined || answer.finish === 'prompt_blocked') return blockedOf(turn);
  const parts = partsOf({ ...answer, text: [answer.text.join('')] }).map((part) => part.json);
  return { candidates: [candidate(parts, FINISH_REASONS[answer.finish])], ...tail(turn, 'final') };
}
