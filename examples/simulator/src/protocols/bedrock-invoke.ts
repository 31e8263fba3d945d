import { asObject, type Json } from '../json.ts';
import { BASE62, randomString } from '../random.ts';
import type { Frame } from '../wire/frame.ts';
import { anthropic } from './anthropic.ts';
import { bedrock, paddingOf } from './bedrock.ts';
import type { ParsedRequest, Protocol, Route, Turn } from './protocol.ts';

/**
 * Amazon Bedrock InvokeModel and InvokeModelWithResponseStream of Anthropic's models: their own events, each wrapped as
 * base64, in the same binary framing and with the same errors as Converse. The last one carries Bedrock's metrics.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 */
export const bedrockInvoke: Protocol = {
  ...bedrock,
  manner: anthropic.manner,
  route,
  parse,
  newIds: (random) => ({
    requestId: bedrock.newIds(random).requestId,
    responseId: `msg_bdrk_01${randomString(random, BASE62, 22)}`,
  }),
  headers: (exchange) => ({
    ...bedrock.headers(exchange),
    'x-amzn-bedrock-content-type': 'application/json',
  }),
  frames,
  document: anthropic.document,
};

function route(path: string): Route | undefined {
  const match = /\/model\/([^/]+)\/invoke(-with-response-stream)?$/.exec(path);
  if (match?.[1] === undefined) return undefined;
  return { model: decodeURIComponent(match[1]), stream: match[2] !== undefined };
}

/** The model and whether it streams are in the path. */
function parse(body: Json, { model = '', stream }: Route): ParsedRequest {
  return anthropic.parse({ ...body, model, stream }, {});
}

function* frames(turn: Turn): Generator<Frame> {
  for (const frame of anthropic.frames(turn)) {
    if (frame.role === 'liveness') continue;
    const event = asObject(JSON.parse(frame.data)) ?? {};
    yield wrapped(frame, frame.role === 'terminal' ? { ...event, ...metricsOf(turn) } : event, turn);
  }
}

function wrapped(frame: Frame, event: Json, { idRandom }: Turn): Frame {
  const bytes = Buffer.from(JSON.stringify(event)).toString('base64');
  return { ...frame, event: 'chunk', data: JSON.stringify({ bytes, p: paddingOf(idRandom) }) };
}

function metricsOf({ timing, usage }: Turn): Json {
  return {
    'amazon-bedrock-invocationMetrics': {
      inputTokenCount: usage.inputTokens,
      outputTokenCount: usage.outputTokens,
      invocationLatency: Math.round(timing.ttftMs + timing.gapMs * timing.chunks),
      firstByteLatency: Math.round(timing.ttftMs),
    },
  };
}
