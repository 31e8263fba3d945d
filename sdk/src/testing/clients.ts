import Anthropic from '@anthropic-ai/sdk';
import type { FaultRequest, ProtocolName } from '@weir/simulator';
import OpenAI from 'openai';
import type { Fetch } from '../fetch/observe-fetch.ts';
import type { ProtocolName as WireFormatName } from '../protocols/named.ts';
import { chatPath, chatRequest } from './simulated-call.ts';

/** How one client library asks for one streamed answer. */
export interface ChatClient {
  readonly name: string;
  readonly protocol: ProtocolName;
  /** The wire format, where neither path nor payload tells a service. */
  readonly named?: WireFormatName;
  /** Rejects and iterates exactly as the library does. */
  open(call: ChatCall): Promise<OpenAnswer>;
}

export interface ChatCall {
  readonly url: string;
  readonly fetch: Fetch;
  readonly fault: FaultRequest;
  readonly signal?: AbortSignal | undefined;
  /** The library's own timer for the response headers. */
  readonly timeoutMs?: number | undefined;
}

export interface OpenAnswer {
  readonly events: AsyncIterable<unknown>;
  /** The library's own way to cancel, where it has one. */
  cancel?(): void;
}

export const question = [{ role: 'user' as const, content: 'How does a weir measure a stream?' }];

const plainFetch: ChatClient = {
  name: 'fetch',
  protocol: 'openai_chat',
  async open({ url, fetch, fault, signal }) {
    const response = await fetch(url + chatPath, chatRequest(fault, given({ signal })));
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return { events: response.body?.pipeThrough(new TextDecoderStream()) ?? emptyBody() };
  },
};

const iteratedFetch: ChatClient = {
  name: 'fetch, for await',
  protocol: 'openai_chat',
  async open({ url, fetch, fault, signal }) {
    const response = await fetch(url + chatPath, chatRequest(fault, given({ signal })));
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return { events: decoded(response.body ?? emptyBody()) };
  },
};

async function* decoded(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true });
}

async function* emptyBody(): AsyncGenerator<never> {}

const openai: ChatClient = {
  name: 'openai',
  protocol: 'openai_chat',
  async open({ url, fetch, fault, signal, timeoutMs }) {
    const client = new OpenAI({
      apiKey: 'none',
      baseURL: `${url}/v1`,
      fetch,
      maxRetries: 0,
      logLevel: 'off',
    });
    const stream = await client.chat.completions.create(
      { model: 'gpt-4.1', stream: true, stream_options: { include_obfuscation: false }, messages: question },
      { headers: simulatedHeaders(fault), ...given({ signal, timeout: timeoutMs }) },
    );
    return { events: stream, cancel: () => stream.controller.abort() };
  },
};

const anthropic: ChatClient = {
  name: '@anthropic-ai/sdk',
  protocol: 'anthropic',
  async open({ url, fetch, fault, signal, timeoutMs }) {
    const client = new Anthropic({
      apiKey: 'none',
      baseURL: url,
      fetch,
      maxRetries: 0,
      logLevel: 'off',
    });
    const stream = await client.messages.create(
      { model: 'claude-sonnet-5', max_tokens: 4096, stream: true, messages: question },
      { headers: simulatedHeaders(fault), ...given({ signal, timeout: timeoutMs }) },
    );
    return { events: stream, cancel: () => stream.controller.abort() };
  },
};

/** Options without the ones that are not set, which some libraries take for set. */
export function given<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** The headers that ask the simulator for a fault. */
export function simulatedHeaders(fault: FaultRequest): Record<string, string> {
  return chatRequest(fault).headers as Record<string, string>;
}

export const chatClients: readonly ChatClient[] = [plainFetch, iteratedFetch, openai, anthropic];
