import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatorHeaders } from './faults/selection.ts';
import type { RequestRecord } from './request-log.ts';
import { createSimulator, type Simulator } from './simulator.ts';

const SILENT = { maxRetries: 0, logLevel: 'off' } as const;
const MESSAGES = [{ role: 'user' as const, content: 'How does a weir measure a river?' }];
const CLAUDE = { model: 'claude-sonnet-5', max_tokens: 4096, messages: MESSAGES };
const WEATHER = {
  type: 'object' as const,
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city'],
};

let simulator: Simulator;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  simulator = await createSimulator({ timeScale: 0, settleMs: 5, seed: 3 });
  openai = new OpenAI({ apiKey: 'any', baseURL: `${simulator.url}/v1`, ...SILENT });
  anthropic = new Anthropic({ apiKey: 'any', baseURL: simulator.url, ...SILENT });
});
afterAll(() => simulator.close());

function lastRecord(): RequestRecord {
  const record = simulator.requests.last();
  if (record === undefined) throw new Error('the simulator recorded nothing');
  return record;
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('the openai client', () => {
  it('reads a chat stream to its end, text and usage as sent', async () => {
    const chunks = await collect(
      await openai.chat.completions.create({
        model: 'gpt-4o',
        messages: MESSAGES,
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    const record = lastRecord();
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(record.sentText);
    expect(text.length).toBeGreaterThan(10);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.usage).toMatchObject({
      prompt_tokens: record.usage.inputTokens,
      completion_tokens: record.usage.outputTokens,
    });
    expect(new Set(chunks.map((chunk) => chunk.id))).toEqual(new Set([record.responseId]));
  });

  it('gets the request id of the log from the headers', async () => {
    const { request_id } = await openai.chat.completions
      .create({ model: 'gpt-4o', messages: MESSAGES, stream: true })
      .withResponse();
    expect(request_id).toBe(lastRecord().requestId);
    expect(request_id).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('gets a document when it asks for no stream', async () => {
    const completion = await openai.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
    expect(completion.choices[0]?.message.content).toBe(lastRecord().sentText);
    expect(completion.usage?.completion_tokens).toBe(lastRecord().usage.outputTokens);
  });

  it('reads parallel choices, interleaved', async () => {
    const chunks = await collect(
      await openai.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES, stream: true, n: 3 }),
    );
    const finished = chunks
      .flatMap(({ choices }) => choices)
      .filter((choice) => choice.finish_reason !== null);
    expect(finished.map((choice) => choice.index)).toEqual([0, 1, 2]);
    expect(chunks.slice(0, 3).map(({ choices }) => choices[0]?.index)).toEqual([0, 1, 2]);
    const texts = [0, 1, 2].map((index) =>
      chunks
        .flatMap(({ choices }) => choices)
        .filter((choice) => choice.index === index)
        .map((choice) => choice.delta.content ?? '')
        .join(''),
    );
    expect(texts[0]).toBe(lastRecord().sentText);
    expect(new Set(texts).size).toBe(3);
  });

  it('assembles a forced tool call whose arguments fit the schema', async () => {
    const stream = openai.chat.completions.stream({
      model: 'gpt-4o',
      messages: MESSAGES,
      tools: [{ type: 'function', function: { name: 'forecast', parameters: WEATHER } }],
      tool_choice: 'required',
    });
    const { choices } = await stream.finalChatCompletion();
    const call = choices[0]?.message.tool_calls?.[0];
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(call).toMatchObject({ type: 'function', function: { name: 'forecast' } });
    const args = call?.type === 'function' ? JSON.parse(call.function.arguments) : {};
    expect(args).toEqual({ city: expect.any(String), days: expect.any(Number) });
  });

  it('sees a refusal as a refusal, not as content', async () => {
    const stream = openai.chat.completions.stream(
      { model: 'gpt-4o', messages: MESSAGES },
      { headers: simulatorHeaders({ fault: 'refusal' }) },
    );
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]?.message).toMatchObject({ refusal: lastRecord().sentText, content: null });
    expect(choices[0]?.finish_reason).toBe('stop');
  });

  it('is stopped by max_tokens', async () => {
    const completion = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: MESSAGES,
      max_tokens: 7,
    });
    expect(completion.choices[0]?.finish_reason).toBe('length');
    expect(completion.usage?.completion_tokens).toBe(7);
  });

  it('reads a Responses stream to its end, text and usage as sent', async () => {
    const events = await collect(
      await openai.responses.create({ model: 'o3', input: 'How does a weir work?', stream: true }),
    );
    const record = lastRecord();
    const deltas = events.flatMap((event) =>
      event.type === 'response.output_text.delta' ? [event.delta] : [],
    );
    const last = events.at(-1);
    expect(deltas.join('')).toBe(record.sentText);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    if (last?.type !== 'response.completed') throw new Error(`ended with ${last?.type}`);
    expect(last.response.usage).toMatchObject({
      output_tokens: record.usage.outputTokens,
      output_tokens_details: { reasoning_tokens: record.usage.reasoningTokens },
    });
    expect(record.usage.reasoningTokens).toBeGreaterThan(0);
  });

  it('assembles a Responses tool call', async () => {
    const stream = openai.responses.stream({
      model: 'gpt-4o',
      input: 'weather?',
      tools: [{ type: 'function', name: 'forecast', parameters: WEATHER, strict: false }],
      tool_choice: 'required',
    });
    const { output } = await stream.finalResponse();
    const [call] = output;
    if (call?.type !== 'function_call') throw new Error(`got ${call?.type}`);
    expect(JSON.parse(call.arguments)).toEqual({ city: expect.any(String), days: expect.any(Number) });
  });

  it.each([
    ['http_401', OpenAI.AuthenticationError],
    ['http_429_rate_limit', OpenAI.RateLimitError],
    ['http_400_context_length', OpenAI.BadRequestError],
    ['http_500', OpenAI.InternalServerError],
  ] as const)('raises its own error class on %s', async (fault, errorClass) => {
    const asked = openai.chat.completions.create(
      { model: 'gpt-4o', messages: MESSAGES, stream: true },
      { headers: simulatorHeaders({ fault }) },
    );
    await expect(asked).rejects.toBeInstanceOf(errorClass);
  });

  it('raises an API error on an error inside the stream', async () => {
    const stream = await openai.chat.completions.create(
      { model: 'gpt-4o', messages: MESSAGES, stream: true },
      { headers: simulatorHeaders({ fault: 'error_event', after: 2 }) },
    );
    await expect(collect(stream)).rejects.toMatchObject({ type: 'server_error' });
  });

  it('lists models', async () => {
    const models = await collect(openai.models.list());
    expect(models.map((model) => model.id)).toContain('gpt-4o');
  });
});

describe('the anthropic client', () => {
  it('reads a message stream to its end, text and usage as sent', async () => {
    const message = await anthropic.messages.stream(CLAUDE).finalMessage();
    const record = lastRecord();
    const [block] = message.content;
    expect(block).toMatchObject({ type: 'text', text: record.sentText });
    expect(message).toMatchObject({ id: record.responseId, stop_reason: 'end_turn' });
    expect(message.usage.output_tokens).toBe(record.usage.outputTokens);
    expect(message.usage.input_tokens).toBe(record.usage.inputTokens);
  });

  it('gets the request id of the log from the headers', async () => {
    const { request_id } = await anthropic.messages.create({ ...CLAUDE, stream: true }).withResponse();
    expect(request_id).toBe(lastRecord().requestId);
  });

  it('gets a document when it asks for no stream', async () => {
    const message = await anthropic.messages.create(CLAUDE);
    expect(message.content[0]).toMatchObject({ type: 'text', text: lastRecord().sentText });
  });

  it('sees a thinking block with a signature before the text', async () => {
    const message = await anthropic.messages
      .stream({ ...CLAUDE, thinking: { type: 'enabled', budget_tokens: 1024 } })
      .finalMessage();
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text']);
    const [thinking] = message.content;
    if (thinking?.type !== 'thinking') throw new Error(`got ${thinking?.type}`);
    expect(thinking.signature).toMatch(/==$/);
    expect(thinking.thinking).not.toBe('');
  });

  it('assembles a tool call after a lead-in', async () => {
    const message = await anthropic.messages
      .stream({
        ...CLAUDE,
        tools: [{ name: 'forecast', input_schema: WEATHER }],
        tool_choice: { type: 'any' },
      })
      .finalMessage();
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content.map((block) => block.type)).toEqual(['text', 'tool_use']);
    expect(message.content[1]).toMatchObject({
      name: 'forecast',
      input: { city: expect.any(String), days: expect.any(Number) },
    });
  });

  it.each([
    ['http_401', Anthropic.AuthenticationError],
    ['http_429_rate_limit', Anthropic.RateLimitError],
    ['http_overloaded', Anthropic.InternalServerError],
  ] as const)('raises its own error class on %s', async (fault, errorClass) => {
    const asked = anthropic.messages.create(
      { ...CLAUDE, stream: true },
      { headers: simulatorHeaders({ fault }) },
    );
    await expect(asked).rejects.toBeInstanceOf(errorClass);
  });

  it('raises an API error on an error event', async () => {
    const stream = await anthropic.messages.create(
      { ...CLAUDE, stream: true },
      { headers: simulatorHeaders({ fault: 'error_event' }) },
    );
    await expect(collect(stream)).rejects.toMatchObject({ type: 'overloaded_error' });
  });

  it('lists models in its own form', async () => {
    const models = await collect(anthropic.models.list());
    expect(models.map((model) => model.id)).toContain('claude-sonnet-5');
  });
});

describe('a fetch reader', () => {
  it.each(['reset_between_frames', 'premature_close', 'chunked_broken'] as const)(
    'gets every chunk before %s, and then an error',
    async (fault) => {
      const response = await fetch(`${simulator.url}/fault/${fault};after=4/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'gpt-4o', stream: true, messages: MESSAGES }),
      });
      const parts: string[] = [];
      const read = async () => {
        for await (const part of response.body ?? []) parts.push(Buffer.from(part).toString());
      };
      await expect(read()).rejects.toThrow('terminated');
      expect(parts.join('').match(/"delta":\{"content":/g)).toHaveLength(4);
    },
  );
});

describe('retries of a client', () => {
  it('succeed once the fault has been shown as often as asked', async () => {
    const retrying = new OpenAI({
      apiKey: 'any',
      baseURL: `${simulator.url}/v1`,
      maxRetries: 3,
      logLevel: 'off',
      defaultHeaders: simulatorHeaders({
        fault: 'http_429_rate_limit',
        times: 2,
        key: 'retries',
        retryAfterSeconds: 0.01,
      }),
    });
    const before = simulator.requests.entries().length;
    await retrying.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
    const faults = simulator.requests
      .entries()
      .slice(before)
      .map((record) => record.fault);
    expect(faults).toEqual(['http_429_rate_limit', 'http_429_rate_limit', 'completed']);
  });
});
