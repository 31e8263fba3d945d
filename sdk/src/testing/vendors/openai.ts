import OpenAI from 'openai';
import { type ChatCall, type ChatClient, given, question, simulatedHeaders } from '../clients.ts';

function clientFor({ url, fetch }: ChatCall): OpenAI {
  return new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, fetch, maxRetries: 0, logLevel: 'off' });
}

function callOptions({ fault, signal, timeoutMs }: ChatCall) {
  return { headers: simulatedHeaders(fault), ...given({ signal, timeout: timeoutMs }) };
}

const chat = {
  model: 'gpt-4.1',
  stream: true,
  stream_options: { include_obfuscation: false },
  messages: question,
} as const;
const responses = {
  model: 'gpt-4.1',
  input: 'How does a weir measure a stream?',
  stream: true,
  stream_options: { include_obfuscation: false },
} as const;

const chatStream: ChatClient = {
  name: 'openai chat',
  protocol: 'openai_chat',
  async open(call) {
    const stream = await clientFor(call).chat.completions.create(chat, callOptions(call));
    return { events: stream, cancel: () => stream.controller.abort() };
  },
};

const chatHelper: ChatClient = {
  name: 'openai chat .stream()',
  protocol: 'openai_chat',
  async open(call) {
    const stream = clientFor(call).chat.completions.stream(chat, callOptions(call));
    return { events: stream, cancel: () => stream.abort() };
  },
};

const chatFinal: ChatClient = {
  name: 'openai chat .finalChatCompletion()',
  protocol: 'openai_chat',
  async open(call) {
    const stream = clientFor(call).chat.completions.stream(chat, callOptions(call));
    return { events: once(() => stream.finalChatCompletion()), cancel: () => stream.abort() };
  },
};

const chatTee: ChatClient = {
  name: 'openai chat .tee()',
  protocol: 'openai_chat',
  async open(call) {
    const stream = await clientFor(call).chat.completions.create(chat, callOptions(call));
    const [left, right] = stream.tee();
    return { events: interleaved(left, right), cancel: () => stream.controller.abort() };
  },
};

const chatReadable: ChatClient = {
  name: 'openai chat .toReadableStream()',
  protocol: 'openai_chat',
  async open(call) {
    const stream = await clientFor(call).chat.completions.create(chat, callOptions(call));
    const lines = stream.toReadableStream().pipeThrough(new TextDecoderStream());
    return { events: lines, cancel: () => stream.controller.abort() };
  },
};

const completions: ChatClient = {
  name: 'openai completions',
  protocol: 'openai_chat',
  async open(call) {
    const stream = await clientFor(call).completions.create(
      { model: 'gpt-3.5-turbo-instruct', stream: true, prompt: 'How does a weir measure a stream?' },
      callOptions(call),
    );
    return { events: stream, cancel: () => stream.controller.abort() };
  },
};

const responsesStream: ChatClient = {
  name: 'openai responses',
  protocol: 'openai_responses',
  async open(call) {
    const stream = await clientFor(call).responses.create(responses, callOptions(call));
    return { events: stream, cancel: () => stream.controller.abort() };
  },
};

const responsesHelper: ChatClient = {
  name: 'openai responses .stream()',
  protocol: 'openai_responses',
  async open(call) {
    const stream = clientFor(call).responses.stream(responses, callOptions(call));
    return { events: stream, cancel: () => stream.abort() };
  },
};

const responsesFinal: ChatClient = {
  name: 'openai responses .finalResponse()',
  protocol: 'openai_responses',
  async open(call) {
    const stream = clientFor(call).responses.stream(responses, callOptions(call));
    return { events: once(() => stream.finalResponse()), cancel: () => stream.abort() };
  },
};

/** A promise as a stream of one event. */
export async function* once<T>(promised: () => Promise<T>): AsyncGenerator<T> {
  yield await promised();
}

/** Reads both halves of a tee in turns, as two consumers would. */
async function* interleaved<T>(left: AsyncIterable<T>, right: AsyncIterable<T>): AsyncGenerator<T> {
  const other = right[Symbol.asyncIterator]();
  try {
    for await (const event of left) {
      await other.next();
      yield event;
    }
    await other.next();
  } finally {
    await other.return?.();
  }
}

export const openaiClients: readonly ChatClient[] = [
  chatStream,
  chatHelper,
  chatFinal,
  chatTee,
  chatReadable,
  completions,
  responsesStream,
  responsesHelper,
  responsesFinal,
];
