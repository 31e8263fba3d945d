import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import { type ChatClient, given, simulatedHeaders } from '../clients.ts';

const converseStream: ChatClient = {
  name: '@aws-sdk/client-bedrock-runtime',
  protocol: 'bedrock',
  async open({ url, fetch, fault, signal, timeoutMs }) {
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
    const command = new ConverseStreamCommand({
      modelId: 'amazon.nova-lite-v1:0',
      messages: [{ role: 'user', content: [{ text: 'How does a weir measure a stream?' }] }],
    });
    const { stream } = await client.send(command, given({ abortSignal: signal }));
    if (stream === undefined) throw new Error('the answer has no stream');
    return { events: stream };
  },
};

export const bedrockClients: readonly ChatClient[] = [converseStream];
