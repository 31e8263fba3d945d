import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import { type LanguageModel, streamText } from 'ai';
import { type ChatCall, type ChatClient, given, simulatedHeaders } from '../clients.ts';

function openaiModel({ url, fetch, fault }: ChatCall): ReturnType<typeof createOpenAI> {
  return createOpenAI({ apiKey: 'none', baseURL: `${url}/v1`, fetch, headers: simulatedHeaders(fault) });
}

function streamed(name: string, protocol: ChatClient['protocol'], model: (call: ChatCall) => LanguageModel) {
  return {
    name,
    protocol,
    async open(call: ChatCall) {
      const { fullStream } = streamText({
        model: model(call),
        prompt: 'How does a weir measure a stream?',
        maxRetries: 0,
        // The default prints what also comes as a part of the stream.
        onError: () => undefined,
        ...given({ abortSignal: call.signal }),
        ...(call.timeoutMs === undefined ? {} : { timeout: call.timeoutMs }),
      });
      return { events: fullStream };
    },
  } satisfies ChatClient;
}

export const aiSdkClients: readonly ChatClient[] = [
  streamed('ai with @ai-sdk/openai chat', 'openai_chat', (call) => openaiModel(call).chat('gpt-4.1')),
  streamed('ai with @ai-sdk/openai responses', 'openai_responses', (call) =>
    openaiModel(call).responses('gpt-4.1'),
  ),
  streamed('ai with @ai-sdk/anthropic', 'anthropic', ({ url, fetch, fault }) =>
    createAnthropic({ apiKey: 'none', baseURL: `${url}/v1`, fetch, headers: simulatedHeaders(fault) })(
      'claude-sonnet-5',
    ),
  ),
  streamed('ai with @ai-sdk/google', 'gemini', ({ url, fetch, fault }) =>
    createGoogleGenerativeAI({
      apiKey: 'none',
      baseURL: `${url}/v1beta`,
      fetch,
      headers: simulatedHeaders(fault),
    })('gemini-2.5-flash'),
  ),
  streamed('ai with @ai-sdk/mistral', 'openai_chat', ({ url, fetch, fault }) =>
    createMistral({ apiKey: 'none', baseURL: `${url}/v1`, fetch, headers: simulatedHeaders(fault) })(
      'mistral-large-latest',
    ),
  ),
];
