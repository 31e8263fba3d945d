import Anthropic from '@anthropic-ai/sdk';
import { type ChatCall, type ChatClient, given, question, simulatedHeaders } from '../clients.ts';
import { once } from './openai.ts';

const body = { model: 'claude-sonnet-5', max_tokens: 4096, messages: question } as const;

function clientFor({ url, fetch }: ChatCall): Anthropic {
  return new Anthropic({ apiKey: 'none', baseURL: url, fetch, maxRetries: 0, logLevel: 'off' });
}

function callOptions({ fault, signal, timeoutMs }: ChatCall) {
  return { headers: simulatedHeaders(fault), ...given({ signal, timeout: timeoutMs }) };
}

const create: ChatClient = {
  name: '@anthropic-ai/sdk create',
  protocol: 'anthropic',
  async open(call) {
    const stream = await clientFor(call).messages.create({ ...body, stream: true }, callOptions(call));
    return { events: stream, cancel: () => stream.controller.abort() };
  },
};

const helper: ChatClient = {
  name: '@anthropic-ai/sdk .stream()',
  protocol: 'anthropic',
  async open(call) {
    const stream = clientFor(call).messages.stream(body, callOptions(call));
    return { events: stream, cancel: () => stream.abort() };
  },
};

const final: ChatClient = {
  name: '@anthropic-ai/sdk .finalMessage()',
  protocol: 'anthropic',
  async open(call) {
    const stream = clientFor(call).messages.stream(body, callOptions(call));
    return { events: once(() => stream.finalMessage()), cancel: () => stream.abort() };
  },
};

export const anthropicClients: readonly ChatClient[] = [create, helper, final];
