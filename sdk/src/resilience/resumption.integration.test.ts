import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeFetch } from '../fetch/observe-fetch.ts';
import { followAsyncContext } from '../testing/async-context.ts';
import { attemptsByRequest } from '../testing/attempt-spans.ts';
import { createManualTiming } from '../testing/manual-timing.ts';
import { recordSpans } from '../testing/recorded-spans.ts';
import { resilientStream } from './resilient-stream.ts';
import { chatText, continueText, messageText, resumeResponse } from './resumption.ts';

type ResponseEvent = OpenAI.Responses.ResponseStreamEvent;

const words = ['A ', 'weir ', 'lets ', 'water ', 'pass.'];

/** A stored response in the background, event by event. */
function responseEvents(): object[] {
  const response = { id: 'resp_1', object: 'response', model: 'gpt-5', status: 'in_progress' };
  const deltas = words.map((delta, at) => ({
    type: 'response.output_text.delta',
    item_id: 'msg_1',
    output_index: 0,
    content_index: 0,
    delta,
    sequence_number: at + 1,
  }));
  return [
    { type: 'response.created', response, sequence_number: 0 },
    ...deltas,
    {
      type: 'response.completed',
      response: { ...response, status: 'completed' },
      sequence_number: words.length + 1,
    },
  ];
}

describe('a stored response of OpenAI', () => {
  const spans = recordSpans();
  const asked: string[] = [];
  let stopFollowing: () => Promise<void>;
  let baseURL: string;

  /** Cuts the first stream after three words, and gives the rest to whoever asks for it. */
  function answer(request: IncomingMessage, response: ServerResponse): void {
    asked.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '/', baseURL);
    const after = Number(url.searchParams.get('starting_after') ?? -1);
    const isFirst = request.method === 'POST';
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = responseEvents().slice(after + 1, isFirst ? 4 : undefined);
    for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
    if (isFirst) setTimeout(() => response.destroy(), 30);
    else response.end();
  }

  const server = createServer(answer);
  beforeAll(async () => {
    stopFollowing = followAsyncContext();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(async () => {
    server.close();
    await stopFollowing();
  });

  test('goes on right after the last event', async () => {
    const fetch = observeFetch(globalThis.fetch, { tracerProvider: spans.tracerProvider });
    const client = new OpenAI({ apiKey: 'none', baseURL, fetch, maxRetries: 0 });
    const events: ResponseEvent[] = [];
    const stream = resilientStream<ResponseEvent>(
      () => client.responses.create({ model: 'gpt-5', input: 'hello', background: true, stream: true }),
      {
        timing: createManualTiming(),
        resume: resumeResponse((id, startingAfter) =>
          client.responses.retrieve(id, { stream: true, starting_after: startingAfter }),
        ),
      },
    );
    for await (const event of stream) events.push(event);
    expect(events).toEqual(responseEvents());
    expect(asked).toEqual(['POST /v1/responses', 'GET /v1/responses/resp_1?stream=true&starting_after=3']);
    expect(await attemptsByRequest(spans, 2)).toEqual([
      [
        { reason: 'reset', attempt: 1, final: false, link: undefined },
        { reason: 'completed', attempt: 2, final: true, link: 'resumed_from 1' },
      ],
    ]);
  });
});

describe('a response without an id', () => {
  test('cannot be gone on with', () => {
    const resumption = resumeResponse<object>(() => Promise.reject(new Error('not to be called')));
    resumption.received({ type: 'response.output_text.delta', sequence_number: 4 });
    expect(resumption.isPossible).toBe(false);
  });
});

describe('text that is gone on with', () => {
  test('is bounded', () => {
    const resumption = continueText<string>({
      textOf: (text) => text,
      open: () => (async function* () {})(),
      maxLength: 5,
    });
    resumption.received('four');
    expect(resumption.isPossible).toBe(true);
    resumption.received('more');
    expect(resumption.isPossible).toBe(false);
  });

  test.each([
    [{ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }, ''],
    [{ choices: [{ index: 0, delta: { content: 'word' } }] }, 'word'],
    [{ choices: [], usage: {} }, ''],
    [{ choices: [{ index: 1, delta: { content: 'other' } }] }, undefined],
    [{ choices: [{ index: 0, delta: { refusal: 'no' } }] }, undefined],
    [{ choices: [{ index: 0, delta: { tool_calls: [{ index: 0 }] } }] }, undefined],
    [null, ''],
  ])('of the chat chunk %j is %j', (chunk, text) => {
    expect(chatText(chunk)).toBe(text);
  });

  test.each([
    [{ type: 'message_start', message: {} }, ''],
    [{ type: 'ping' }, ''],
    [{ type: 'content_block_start', content_block: { type: 'text', text: '' } }, ''],
    [{ type: 'content_block_delta', delta: { type: 'text_delta', text: 'word' } }, 'word'],
    [{ type: 'content_block_start', content_block: { type: 'tool_use' } }, undefined],
    [{ type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } }, undefined],
  ])('of the message event %j is %j', (event, text) => {
    expect(messageText(event)).toBe(text);
  });
});
