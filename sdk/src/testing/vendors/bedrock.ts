import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  InvokeModelWithResponseStreamCommand,
  type ResponseStream,
} from '@aws-sdk/client-bedrock-runtime';
import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import { type ChatCall, type ChatClient, given, simulatedHeaders } from '../clients.ts';

function clientFor({ url, fetch, fault, timeoutMs }: ChatCall): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: url,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: new FetchHttpHandler({ customFetch: fetch, ...given({ requestTimeout: timeoutMs }) }),
  });
  client.middlewareStack.add(
    (next) => (call) => {
      Object.assign((call.request as { headers: object }).headers, simulatedHeaders(fault));
      return next(call);
    },
    { step: 'build' },
  );
  return client;
}

const converseStream: ChatClient = {
  name: '@aws-sdk/client-bedrock-runtime ConverseStream',
  protocol: 'bedrock',
  async open(call) {
    const command = new ConverseStreamCommand({
      modelId: 'amazon.nova-lite-v1:0',
      messages: [{ role: 'user', content: [{ text: 'How does a weir measure a stream?' }] }],
    });
    const { stream } = await clientFor(call).send(command, given({ abortSignal: call.signal }));
    if (stream === undefined) throw new Error('the answer has no stream');
    return { events: stream };
  },
};

/** The events of the model itself, as bytes: reading them is left to the application. */
const invokeStream: ChatClient = {
  name: '@aws-sdk/client-bedrock-runtime InvokeModelWithResponseStream',
  protocol: 'bedrock',
  async open(call) {
    const command = new InvokeModelWithResponseStreamCommand({
      modelId: 'anthropic.claude-sonnet-5-v1:0',
      contentType: 'application/json',
      body: JSON.stringify({
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 4096,
        messages: [{ role: 'user', content: 'How does a weir measure a stream?' }],
      }),
    });
    const { body } = await clientFor(call).send(command, given({ abortSignal: call.signal }));
    if (body === undefined) throw new Error('the answer has no body');
    return { events: decoded(body) };
  },
};

async function* decoded(events: AsyncIterable<ResponseStream>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  for await (const event of events) yield event.chunk ? decoder.decode(event.chunk.bytes) : event;
}

export const bedrockClients: readonly ChatClient[] = [converseStream, invokeStream];
