import Anthropic from '@anthropic-ai/sdk';
import { createSimulator, type FaultRequest, type Simulator, simulatorHeaders } from '@weir/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { observeFetch } from '../fetch/observe-fetch.ts';
import { followAsyncContext } from '../testing/async-context.ts';
import { attemptsByRequest } from '../testing/attempt-spans.ts';
import { createManualTiming, type ManualTiming } from '../testing/manual-timing.ts';
import { factOf, recordSpans } from '../testing/recorded-spans.ts';
import { resilientFetch } from './resilient-fetch.ts';
import { type OpenStream, type ResilientStreamOptions, resilientStream } from './resilient-stream.ts';
import { chatText, continueText, messageText } from './resumption.ts';
import type { AttemptDecision } from './retry-policy.ts';
import { systemTiming } from './timing.ts';

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;

const spans = recordSpans();
const fetch = observeFetch(globalThis.fetch, { tracerProvider: spans.tracerProvider });
const question = { role: 'user' as const, content: 'hello' };
let stopFollowing: () => Promise<void>;
let simulator: Simulator;
let timing: ManualTiming;
let decisions: AttemptDecision[];
let key = 0;

beforeAll(async () => {
  stopFollowing = followAsyncContext();
  simulator = await createSimulator({ timing: { headersMs: 2, ttftMs: 5, gapMs: 3, chunks: 12 } });
});
afterAll(async () => {
  await simulator.close();
  await stopFollowing();
});
beforeEach(() => {
  key++;
  spans.reset();
  simulator.requests.clear();
  timing = createManualTiming();
  decisions = [];
});

function openai(given = fetch): OpenAI {
  return new OpenAI({
    apiKey: 'none',
    baseURL: `${simulator.url}/v1`,
    fetch: given,
    maxRetries: 0,
    logLevel: 'off',
  });
}

function askChat(
  fault: FaultRequest,
  client = openai(),
  messages: Message[] = [question],
): Promise<AsyncIterable<Chunk>> {
  const headers = simulatorHeaders({ key: `k${key}`, after: 4, ...fault });
  return client.chat.completions.create({ model: 'gpt-4.1', stream: true, messages }, { headers });
}
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

function resilient(open: OpenStream<Chunk>, options: ResilientStreamOptions<Chunk> = {}) {
  const mixed = { ...timing, after: systemTiming.after };
  return resilientStream(open, { timing: mixed, onDecision: (told) => decisions.push(told), ...options });
}

/** The text that the application shows, and how its loop ended. */
async function show(stream: AsyncIterable<Chunk>): Promise<{ text: string; error: unknown }> {
  let text = '';
  try {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    return { text, error: undefined };
  } catch (error) {
    return { text, error };
  }
}

const sentTexts = () => simulator.requests.entries().map(({ sentText }) => sentText);

describe('before there is output', () => {
  test.each([
    ['http_500', 'server_error'],
    ['reset_before_headers', 'connect_error'],
    ['eof_after_headers', 'truncated'],
    ['error_first', 'provider_error'],
  ] as const)('%s is tried again', async (fault, reason) => {
    const { text, error } = await show(resilient(() => askChat({ fault, times: 1 })));
    expect(error).toBeUndefined();
    expect(text).toBe(simulator.requests.last()?.sentText);
    expect(await attemptsByRequest(spans, 2)).toEqual([
      [
        { reason, attempt: 1, final: false, link: undefined },
        { reason: 'completed', attempt: 2, final: true, link: 'retry_of 1' },
      ],
    ]);
  });

  test('what is not retryable ends as it would', async () => {
    const { error } = await show(resilient(() => askChat({ fault: 'http_401' })));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(simulator.requests.entries()).toHaveLength(1);
    const [[attempt] = []] = await attemptsByRequest(spans, 1);
    expect(attempt).toEqual({ reason: 'auth_error', attempt: 1, final: true, link: undefined });
  });

  test('a bug of the application is not repeated', async () => {
    let calls = 0;
    const open = () => {
      calls++;
      throw new RangeError('a bug');
    };
    expect((await show(resilient(open))).error).toBeInstanceOf(RangeError);
    expect(calls).toBe(1);
  });
});

describe('once there is output', () => {
  test.each(['reset_in_frame', 'error_event'] as const)('%s ends the stream as it would', async (fault) => {
    const bare = await show(await askChat({ fault, seed: 5 }));
    const { text, error } = await show(resilient(() => askChat({ fault, seed: 5 })));
    expect(text).toBe(bare.text);
    expect(String(error)).toBe(String(bare.error));
    expect(decisions).toMatchObject([{ decision: { status: 'give_up', because: 'output_seen' } }]);
    expect(simulator.requests.entries()).toHaveLength(2);
  });

  test('a stream that merely stops ends without an error, as it would', async () => {
    const { error } = await show(resilient(() => askChat({ fault: 'eof_between_frames' })));
    expect(error).toBeUndefined();
    expect(decisions).toMatchObject([{ reason: 'truncated', decision: { status: 'give_up' } }]);
    const [[attempt] = []] = await attemptsByRequest(spans, 1);
    expect(attempt).toMatchObject({ reason: 'truncated', final: true });
  });

  test('an application that leaves stops the provider', async () => {
    const stream = resilient(() => askChat({ timing: { chunks: 400, gapMs: 20 } }));
    for await (const _chunk of stream) break;
    expect((await simulator.requests.last()?.ended)?.by).toBe('client_closed');
    const [[attempt] = []] = await attemptsByRequest(spans, 1);
    expect(attempt).toMatchObject({ reason: 'consumer_break', final: true });
    expect(simulator.requests.entries()).toHaveLength(1);
  });
});

describe('going on with what has come', () => {
  test.each([
    ['reset_in_frame', 'reset'],
    ['eof_between_frames', 'truncated'],
    ['error_event', 'provider_error'],
  ] as const)('after %s the rest is asked for, and follows', async (fault, reason) => {
    const prefixes: string[] = [];
    const open = (text: string) => {
      prefixes.push(text);
      return askChat({ fault: 'completed' }, openai(), [question, { role: 'assistant', content: text }]);
    };
    const resume = continueText<Chunk>({ textOf: chatText, open });
    const { text, error } = await show(resilient(() => askChat({ fault }), { resume }));
    expect(error).toBeUndefined();
    const [first, second] = sentTexts();
    expect(prefixes).toEqual([first]);
    expect(text).toBe(`${first}${second}`);
    expect(await attemptsByRequest(spans, 2)).toEqual([
      [
        { reason, attempt: 1, final: false, link: undefined },
        { reason: 'completed', attempt: 2, final: true, link: 'resumed_from 1' },
      ],
    ]);
  });

  test('works for the events of @anthropic-ai/sdk', async () => {
    const client = new Anthropic({
      apiKey: 'none',
      baseURL: simulator.url,
      fetch,
      maxRetries: 0,
      logLevel: 'off',
    });
    const ask = (fault: FaultRequest, messages: Anthropic.MessageParam[]) => {
      const headers = simulatorHeaders({ after: 4, ...fault });
      return client.messages.create(
        { model: 'claude-sonnet-5', max_tokens: 500, stream: true, messages },
        { headers },
      );
    };
    const resume = continueText<Anthropic.RawMessageStreamEvent>({
      textOf: messageText,
      open: (text) => ask({ fault: 'completed' }, [question, { role: 'assistant', content: text }]),
    });
    let text = '';
    const stream = resilientStream(() => ask({ fault: 'reset_between_frames' }, [question]), {
      timing,
      resume,
    });
    for await (const event of stream) text += messageText(event) ?? '';
    const [first, second] = sentTexts();
    expect(text).toBe(`${first}${second}`);
    expect((await attemptsByRequest(spans, 2))[0]?.[1]).toMatchObject({
      link: 'resumed_from 1',
      final: true,
    });
  });

  test('goes on from where the last resumption came to', async () => {
    let broken = 0;
    const open = () => askChat({ fault: broken++ === 0 ? 'reset_between_frames' : 'completed' });
    const resume = continueText<Chunk>({ textOf: chatText, open });
    const { text } = await show(resilient(() => askChat({ fault: 'reset_between_frames' }), { resume }));
    expect(text).toBe(sentTexts().join(''));
    const [attempts] = await attemptsByRequest(spans, 3);
    expect(attempts?.map(({ link }) => link)).toEqual([undefined, 'resumed_from 1', 'resumed_from 2']);
  });

  test('a call to a tool cannot be gone on with', async () => {
    const resume = continueText<Chunk>({ textOf: chatText, open: () => askChat({ fault: 'completed' }) });
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object' } } }];
    const open = () =>
      openai().chat.completions.create(
        { model: 'gpt-4.1', stream: true, messages: [question], tools, tool_choice: 'required' },
        { headers: simulatorHeaders({ fault: 'reset_between_frames', after: 2 }) },
      );
    expect((await show(resilient(open, { resume }))).error).toBeDefined();
    expect(decisions).toMatchObject([{ decision: { status: 'give_up', because: 'output_seen' } }]);
  });

  test('a silence that a resilient fetch cuts is gone on with', async () => {
    const client = openai(resilientFetch(fetch, { timeouts: { idleSeconds: 0.2 } }));
    const open = () => askChat({ fault: 'completed' }, client);
    const resume = continueText<Chunk>({ textOf: chatText, open });
    const { text } = await show(resilient(() => askChat({ fault: 'idle_stall' }, client), { resume }));
    expect(text).toBe(sentTexts().join(''));
    expect(await attemptsByRequest(spans, 2)).toEqual([
      [
        { reason: 'idle_timeout', attempt: 1, final: false, link: undefined },
        { reason: 'completed', attempt: 2, final: true, link: 'resumed_from 1' },
      ],
    ]);
  });
});

describe('fallbacks', () => {
  test('the same without a stream', async () => {
    async function* whole(): AsyncGenerator<Chunk> {
      const headers = simulatorHeaders({ fault: 'completed' });
      const answer = await openai().chat.completions.create(
        { model: 'gpt-4.1', messages: [question] },
        { headers },
      );
      const choices = answer.choices.map(({ message, index, finish_reason, logprobs }) => ({
        index,
        finish_reason,
        logprobs,
        delta: { role: message.role, content: message.content, refusal: message.refusal },
      }));
      yield { ...answer, object: 'chat.completion.chunk', choices } as Chunk;
    }
    const { text } = await show(
      resilient(() => askChat({ fault: 'reset_after_headers' }), { maxAttempts: 2, fallbacks: [whole] }),
    );
    expect(text).toBe(simulator.requests.last()?.sentText);
    expect(simulator.requests.entries().map(({ stream }) => stream)).toEqual([true, true, false]);
    expect(await attemptsByRequest(spans, 3)).toEqual([
      [
        { reason: 'reset', attempt: 1, final: false, link: undefined },
        { reason: 'reset', attempt: 2, final: false, link: 'retry_of 1' },
        { reason: 'completed', attempt: 3, final: true, link: 'fallback_of 2' },
      ],
    ]);
  });

  test('another provider, in another wire format', async () => {
    const client = new Anthropic({ apiKey: 'none', baseURL: simulator.url, fetch, maxRetries: 0 });
    async function* viaOpenai() {
      for await (const chunk of await askChat({ fault: 'http_overloaded' })) yield chatText(chunk) ?? '';
    }
    async function* viaAnthropic() {
      const body = { model: 'claude-sonnet-5', max_tokens: 500, messages: [question] };
      for await (const event of client.messages.stream(body)) yield messageText(event) ?? '';
    }
    let text = '';
    const stream = resilientStream<string>(viaOpenai, { timing, maxAttempts: 1, fallbacks: [viaAnthropic] });
    for await (const part of stream) text += part;
    expect(text).toBe(simulator.requests.last()?.sentText);
    await spans.waitFor(2);
    expect(spans.all().map((span) => factOf(span, 'protocol'))).toEqual([
      'openai_chat',
      'anthropic_messages',
    ]);
    expect((await attemptsByRequest(spans, 2))[0]?.[1]).toMatchObject({ link: 'fallback_of 1', final: true });
  });
});
