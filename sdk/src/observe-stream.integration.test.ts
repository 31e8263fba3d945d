import { BedrockRuntimeClient, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import { createSimulator, type FaultRequest, type Simulator, simulatorHeaders } from '@weir/simulator';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { observeFetch } from './fetch/observe-fetch.ts';
import { openStreams } from './fetch/open-streams.ts';
import { type ObservableStream, observeStream, type StreamDescription } from './observe-stream.ts';
import { type Behaviour, behave } from './testing/behaviours.ts';
import { type ChatClient, chatClients, simulatedHeaders } from './testing/clients.ts';
import { factOf, recordSpans } from './testing/recorded-spans.ts';

const spans = recordSpans();
let simulator: Simulator;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  simulator = await createSimulator();
});
afterEach(async () => {
  spans.reset();
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled.splice(0)).toEqual([]);
  expect(openStreams.size).toBe(0);
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await simulator.close();
});

function observe<S extends ObservableStream>(stream: S, description: StreamDescription = {}): S {
  return observeStream(stream, { tracerProvider: spans.tracerProvider, ...description });
}

/** The same client whose answers are observed where the application takes hold of them. */
function observed(client: ChatClient): ChatClient {
  return {
    ...client,
    async open(call) {
      const answer = await client.open(call);
      const signal = call.signal === undefined ? {} : { signal: call.signal };
      observe(answer.events, { model: 'm', ...signal });
      return answer;
    },
  };
}

/** Every wait is short. */
const pace = { headersMs: 5, ttftMs: 10, gapMs: 20, jitter: 0, chunks: 12 };
const rows: [string, FaultRequest, Behaviour, string, string][] = [
  ['an answer', {}, 'reads all', 'completed', 'done'],
  ['an answer cut short by its limit', { fault: 'length' }, 'reads all', 'length', 'done'],
  [
    'a clean end in the middle',
    { fault: 'eof_between_frames', after: 4 },
    'reads all',
    'truncated',
    'streaming',
  ],
  ['a reset', { fault: 'reset_between_frames', after: 4 }, 'reads all', 'reset', 'streaming'],
  ['an error event', { fault: 'error_event', after: 4 }, 'reads all', 'provider_error', 'streaming'],
  ['break', {}, 'breaks', 'consumer_break', 'streaming'],
  ['throw', {}, 'throws', 'consumer_break', 'streaming'],
  ['break at the end', {}, 'breaks at the end', 'completed', 'done'],
  ['abort', {}, 'aborts in the middle', 'client_abort', 'streaming'],
  ["the library's own cancel", {}, "cancels by the library's own handle", 'client_abort', 'streaming'],
  ['abort after the end', {}, 'aborts after the end', 'completed', 'done'],
];

describe.each(
  chatClients
    .filter(({ name }) => !name.startsWith('fetch'))
    .map((client) => ({ client, name: client.name })),
)('a stream of $name', ({ client }) => {
  test.each(rows)('with %s', async (_, fault, behaviour, reason, stage) => {
    const call = { url: simulator.url, fetch: globalThis.fetch, fault: { ...fault, timing: pace } };
    const bare = await behave(client, call, behaviour);
    const seen = await behave(observed(client), call, behaviour);
    expect(seen.ended).toEqual(bare.ended);

    const all = await spans.waitFor(1);
    expect(all).toHaveLength(1);
    const isOverload = factOf(all[0], 'providerErrorCode') === 'overloaded_error';
    expect(factOf(all[0], 'reason')).toBe(isOverload ? 'overloaded' : reason);
    expect(factOf(all[0], 'stage')).toBe(stage);
  });
});

describe('helpers of a stream of openai', () => {
  async function openaiStream() {
    const client = new OpenAI({
      apiKey: 'none',
      baseURL: `${simulator.url}/v1`,
      maxRetries: 0,
      defaultHeaders: simulatorHeaders({ timing: pace }),
    });
    return observe(
      await client.chat.completions.create({
        model: 'gpt-4.1',
        stream: true,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    );
  }

  test('tee() gives two streams and one span', async () => {
    const [left, right] = (await openaiStream()).tee();
    const counts = await Promise.all([left, right].map(countOf));
    expect(counts[0]).toBe(counts[1]);
    expect(await spans.waitFor(1)).toHaveLength(1);
    expect(factOf(spans.all()[0], 'outcome')).toBe('completed');
  });

  test('toReadableStream() is observed', async () => {
    const lines = (await openaiStream()).toReadableStream();
    expect(await countOf(lines)).toBeGreaterThan(10);
    expect(factOf((await spans.waitFor(1))[0], 'reason')).toBe('completed');
  });

  test('the controller is the one of the library', async () => {
    const stream = await openaiStream();
    expect(stream.controller).toBeInstanceOf(AbortController);
    stream.controller.abort();
    expect(factOf((await spans.waitFor(1))[0], 'reason')).toBe('client_abort');
  });
});

const chatEvent = (content: string, finish: string | null = null) => ({
  object: 'chat.completion.chunk',
  model: 'gpt-4.1',
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});

describe('any other stream', () => {
  test('of a generator is the same object, and takes what is sent into it', async () => {
    const sent: unknown[] = [];
    async function* generate(): AsyncGenerator<object, string, string> {
      sent.push(yield chatEvent('a'));
      sent.push(yield chatEvent('', 'stop'));
      return 'result';
    }
    const stream = generate();
    expect(observe(stream)).toBe(stream);
    await stream.next();
    await stream.next('first');
    expect(await stream.next('second')).toEqual({ done: true, value: 'result' });
    expect(sent).toEqual(['first', 'second']);
    expect(factOf(spans.all()[0], 'reason')).toBe('completed');
    expect(factOf(spans.all()[0], 'chunks')).toBe(1);
  });

  test('hands throw() through to its source', async () => {
    const caught: unknown[] = [];
    async function* generate() {
      try {
        yield chatEvent('a');
      } catch (error) {
        caught.push(error);
      }
    }
    const stream = observe(generate());
    await stream.next();
    const bug = new Error('from the consumer');
    await stream.throw(bug);
    expect(caught).toEqual([bug]);
    expect(factOf(spans.all()[0], 'reason')).toBe('consumer_break');
  });

  test('of a plain iterable runs its clean-up when it is left', async () => {
    let cleaned = false;
    const iterable = {
      async *[Symbol.asyncIterator]() {
        try {
          for (;;) yield chatEvent('a');
        } finally {
          cleaned = true;
        }
      },
    };
    for await (const _ of observe(iterable)) break;
    expect(cleaned).toBe(true);
    expect(factOf(spans.all()[0], 'reason')).toBe('consumer_break');
  });

  test('of parsed events as a ReadableStream is observed through a pipe', async () => {
    const stream = new ReadableStream<object>({
      start(controller) {
        controller.enqueue(chatEvent('a'));
        controller.enqueue(chatEvent('', 'length'));
        controller.close();
      },
    });
    const seen: object[] = [];
    await observe(stream).pipeTo(new WritableStream({ write: (event) => void seen.push(event) }));
    expect(seen).toHaveLength(2);
    expect(factOf(spans.all()[0], 'reason')).toBe('length');
  });

  test('of bytes is read as a body', async () => {
    const response = await fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers: simulatorHeaders({ timing: pace }),
      body: JSON.stringify({ model: 'gpt-4.1', stream: true, messages: [] }),
    });
    const body = response.body as ReadableStream<Uint8Array<ArrayBuffer>>;
    await new Response(observe(body)).text();
    const [span] = await spans.waitFor(1);
    expect(factOf(span, 'reason')).toBe('completed');
    expect(factOf(span, 'terminalEventReceived')).toBe(true);
    expect(factOf(span, 'receivedBytes')).toBeGreaterThan(1000);
  });

  test('of text counts its parts, and its end is the end', async () => {
    async function* words() {
      yield 'one';
      yield ' two';
    }
    expect(await countOf(observe(words()))).toBe(2);
    expect(factOf(spans.all()[0], 'reason')).toBe('completed');
    expect(factOf(spans.all()[0], 'chunks')).toBe(2);
    expect(factOf(spans.all()[0], 'receivedBytes')).toBeUndefined();
  });

  test('that cannot be changed comes back as it is', async () => {
    async function* generate() {
      yield 1;
    }
    const frozen = Object.freeze({ [Symbol.asyncIterator]: generate });
    expect(observe(frozen)).toBe(frozen);
    expect(await countOf(frozen)).toBe(1);
    openStreams.endAll({ kind: 'exit' });
  });

  test('carries what is told about it', async () => {
    async function* generate() {
      yield chatEvent('', 'stop');
    }
    const calledAt = performance.now() - 250;
    const stream = observe(generate(), {
      model: 'gpt-4.1',
      provider: 'openai',
      calledAt,
      user: 'someone@example.com',
      request: { requestId: 'r1', attempt: 2, final: true },
      facts: { serverAddress: 'api.example.com' },
      dimensions: { plan: 'free' },
    });
    await countOf(stream);
    const [span] = spans.all();
    expect(span?.name).toBe('chat gpt-4.1');
    expect(factOf(span, 'provider')).toBe('openai');
    expect(factOf(span, 'requestId')).toBe('r1');
    expect(factOf(span, 'attempt')).toBe(2);
    expect(factOf(span, 'userHash')).toMatch(/^[0-9a-f]{64}$/);
    expect(span?.attributes['weir.dimension.plan']).toBe('free');
    expect(factOf(span, 'timeToFirstEventSeconds')).toBeGreaterThanOrEqual(0.25);
  });
});

async function countOf(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of stream) count++;
  return count;
}

test('a wire format goes by its name, and a name that there is not is a mistake in the program', async () => {
  async function* cut() {
    yield { type: 'content_block_delta', delta: { type: 'text_delta', text: 'A weir' } };
  }
  for await (const _ of observe(cut(), { protocol: 'anthropic' }));
  const [span] = await spans.waitFor(1);
  expect(factOf(span, 'protocol')).toBe('anthropic_messages');
  expect(factOf(span, 'reason')).toBe('truncated');
  const unknown = { protocol: 'openai' as 'openai_chat' };
  expect(() => observe(cut(), unknown)).toThrow('there is no protocol "openai"; there are openai_chat,');
  expect(() => observeFetch(fetch, unknown)).toThrow('there is no protocol "openai"');
});

describe('the events of InvokeModelWithResponseStream', () => {
  const rows: [string, FaultRequest, string, string][] = [
    ['a whole answer', {}, 'completed', 'done'],
    ['one that its limit cuts', { fault: 'length' }, 'length', 'done'],
    ['a clean end in the middle', { fault: 'eof_between_frames', after: 4 }, 'truncated', 'streaming'],
    ['a reset', { fault: 'reset_between_frames', after: 4 }, 'reset', 'streaming'],
  ];

  test.each(rows)('are read in their wrapping: %s', async (_, fault, reason, stage) => {
    const client = new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: simulator.url,
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
      maxAttempts: 1,
      requestHandler: new FetchHttpHandler({
        customFetch: (input, init) => {
          const request = new Request(input, init);
          for (const [name, value] of Object.entries(simulatedHeaders({ ...fault, timing: pace })))
            request.headers.set(name, value);
          return fetch(request);
        },
      }),
    });
    const command = new InvokeModelWithResponseStreamCommand({
      modelId: 'anthropic.claude-sonnet-5-v1:0',
      body: JSON.stringify({ max_tokens: 4096, messages: [{ role: 'user', content: 'hello' }] }),
    });
    const { body } = await client.send(command);
    if (body === undefined) throw new Error('the answer has no body');
    observe(body, { model: 'claude-sonnet-5' });
    try {
      for await (const event of body) expect(event.chunk?.bytes).toBeInstanceOf(Uint8Array);
    } catch (error) {
      expect(reason, String(error)).toBe('reset');
    }
    const [span] = await spans.waitFor(1);
    expect([factOf(span, 'reason'), factOf(span, 'stage')]).toEqual([reason, stage]);
    expect(Number(factOf(span, 'chunks'))).toBeGreaterThan(2);
  });
});

test('a stream that is open is reported under its span, and counts when it ends', async () => {
  async function* words() {
    yield 'A ';
    openStreams.each((stream) => stream.reportOpen?.(30));
    yield 'weir';
  }
  for await (const _ of observe(words(), { model: 'm', dimensions: { plan: 'free' } }));
  const [report, stream] = await spans.waitFor(2);
  expect(report?.name).toBe('chat m (open)');
  expect(report?.parentSpanContext?.spanId).toBe(stream?.spanContext().spanId);
  expect(report?.attributes).toMatchObject({
    'weir.stream.phase': 'open',
    'weir.stream.next_report': 30,
    'weir.stream.chunk.count': 1,
    'weir.dimension.plan': 'free',
  });
  expect(factOf(stream, 'chunks')).toBe(2);
  openStreams.each((open) => open.reportOpen?.(30));
  expect(spans.all()).toHaveLength(2);
});
