import type { Answer, Finish, Tool } from '../answer.ts';
import { asCount, asList, asObject, asText, type Json } from '../json.ts';
import { HEX, randomString } from '../random.ts';
import { reasoningOf } from '../timing.ts';
import type { Frame, FrameRole } from '../wire/frame.ts';
import { obfuscation, openaiFailure, openaiHeaders, requestIdOf, SERVER_ERROR } from './openai-platform.ts';
import { callItem, messageItem, reasoningItem, responseObject } from './openai-responses-objects.ts';
import { estimateTokens, type ParsedRequest, type Protocol, type Turn } from './protocol.ts';

/** OpenAI Responses: https://platform.openai.com/docs/api-reference/responses-streaming */
export const openaiResponses: Protocol = {
  name: 'openai_responses',
  framing: 'sse',
  streamType: 'text/event-stream; charset=utf-8',
  manner: { tokensPerChunk: 1, toolIdPrefix: 'call_', speaksBeforeTools: false, declinesInWords: true },
  route: (path) => (path.endsWith('/v1/responses') ? {} : undefined),
  parse,
  newIds: (random) => ({
    requestId: requestIdOf(random),
    responseId: `resp_${randomString(random, HEX, 50)}`,
  }),
  headers: openaiHeaders,
  frames,
  document: (turn) => responseObject(turn, 'final'),
  failure: openaiFailure,
  streamError,
  keepAlive: ': keep-alive\n\n',
};

function parse(body: Json): ParsedRequest {
  const model = asText(body.model);
  if (model === undefined) return { status: 'invalid', problem: "Missing required parameter: 'model'." };
  if (asText(body.input) === undefined && asList(body.input) === undefined) {
    return { status: 'invalid', problem: "Missing required parameter: 'input'." };
  }
  return {
    status: 'ok',
    request: {
      model,
      stream: body.stream === true,
      inputTokens: estimateTokens(body.input),
      maxOutputTokens: asCount(body.max_output_tokens),
      tools: (asList(body.tools) ?? []).flatMap(toolOf),
      mustCallTool: body.tool_choice === 'required' || asObject(body.tool_choice)?.type === 'function',
      reasoning: reasoningOf(model) === 'none' ? 'none' : 'hidden',
      choices: 1,
      includeUsage: true,
      obfuscate: asObject(body.stream_options)?.include_obfuscation !== false,
      seed: undefined,
    },
  };
}

function toolOf(value: unknown): Tool[] {
  const definition = asObject(value);
  const name = asText(definition?.name);
  if (definition?.type !== 'function' || name === undefined) return [];
  return [{ name, parameters: asObject(definition.parameters) ?? {} }];
}

type Emit = (role: FrameRole, type: string, fields: Json, text?: string) => Frame;

/** Events carry their name twice (field and `type`) and a number that counts up over the whole stream. */
function emitter(): Emit {
  let sequence = 0;
  return (role, type, fields, text) => {
    const data = JSON.stringify({ type, sequence_number: sequence, ...fields });
    sequence += 1;
    return text === undefined ? { role, event: type, data } : { role, event: type, data, text };
  };
}

function* frames(turn: Turn): Generator<Frame> {
  const emit = emitter();
  const answer = turn.answers[0];
  if (answer === undefined) return;
  yield emit('open', 'response.created', { response: responseObject(turn, 'started') });
  yield emit('open', 'response.in_progress', { response: responseObject(turn, 'started') });
  if (answer.reasoningTokens > 0) {
    yield emit('open', 'response.output_item.added', { output_index: 0, item: reasoningItem(turn) });
    yield emit('open', 'response.output_item.done', { output_index: 0, item: reasoningItem(turn) });
  }
  const index = answer.reasoningTokens > 0 ? 1 : 0;
  yield* answer.toolCalls.length > 0
    ? callFrames(turn, answer, index, emit)
    : textFrames(turn, answer, index, emit);
  yield emit('terminal', endOf(answer.finish), { response: responseObject(turn, 'final') });
}

function endOf(finish: Finish): string {
  return finish === 'length' || finish === 'content_filter' ? 'response.incomplete' : 'response.completed';
}

function* textFrames(turn: Turn, answer: Answer, index: number, emit: Emit): Generator<Frame> {
  const refused = answer.finish === 'refusal';
  const kind = refused ? 'response.refusal' : 'response.output_text';
  const item = messageItem(turn, answer, 'in_progress');
  const place = { item_id: item.id, output_index: index, content_index: 0 };
  const whole = answer.text.join('');
  const emptyPart = refused
    ? { type: 'refusal', refusal: '' }
    : { type: 'output_text', annotations: [], logprobs: [], text: '' };
  yield emit('open', 'response.output_item.added', { output_index: index, item });
  yield emit('open', 'response.content_part.added', { ...place, part: emptyPart });
  for (const delta of answer.text) {
    yield emit('content', `${kind}.delta`, { ...place, delta, ...extras(turn, delta, refused) }, delta);
  }
  const done = messageItem(turn, answer, 'completed');
  yield emit('structure', `${kind}.done`, {
    ...place,
    ...(refused ? { refusal: whole } : { text: whole, logprobs: [] }),
  });
  yield emit('structure', 'response.content_part.done', { ...place, part: done.content[0] });
  yield emit('structure', 'response.output_item.done', { output_index: index, item: done });
}

function* callFrames(turn: Turn, answer: Answer, start: number, emit: Emit): Generator<Frame> {
  for (const [position, call] of answer.toolCalls.entries()) {
    const output_index = start + position;
    const item = callItem(call, 'in_progress');
    const place = { item_id: item.id, output_index };
    yield emit('open', 'response.output_item.added', { output_index, item });
    for (const delta of call.pieces) {
      const fields = { ...place, delta, ...extras(turn, delta, true) };
      yield emit('content', 'response.function_call_arguments.delta', fields);
    }
    const whole = { ...place, arguments: call.pieces.join('') };
    yield emit('structure', 'response.function_call_arguments.done', whole);
    yield emit('structure', 'response.output_item.done', { output_index, item: callItem(call, 'completed') });
  }
}

function extras(turn: Turn, delta: string, withoutLogprobs: boolean): Json {
  const padding = turn.request.obfuscate ? { obfuscation: obfuscation(delta, turn.idRandom) } : {};
  return withoutLogprobs ? padding : { logprobs: [], ...padding };
}

/** The error, and then the response object that failed because of it. */
function streamError(turn: Turn, position: number): Frame[] {
  const { message } = SERVER_ERROR;
  const error = { type: 'server_error', code: 'server_error', message, param: null };
  const response = {
    ...responseObject(turn, 'started'),
    status: 'failed',
    error: { code: 'server_error', message },
  };
  const events = [
    { type: 'error', sequence_number: position, error },
    { type: 'response.failed', sequence_number: position + 1, response },
  ];
  return events.map((event) => ({ role: 'error', event: event.type, data: JSON.stringify(event) }));
}
