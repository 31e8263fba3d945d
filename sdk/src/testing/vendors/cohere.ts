import { CohereClientV2 } from 'cohere-ai';
import { type ChatClient, given, question, simulatedHeaders } from '../clients.ts';

const chatStream: ChatClient = {
  name: 'cohere-ai',
  protocol: 'cohere',
  async open({ url, fetch, fault, signal, timeoutMs }) {
    const client = new CohereClientV2({ token: 'none', environment: url, fetch });
    const events = await client.chatStream(
      { model: 'command-a-03-2025', messages: question },
      {
        maxRetries: 0,
        headers: simulatedHeaders(fault),
        ...given({ abortSignal: signal }),
        ...(timeoutMs === undefined ? {} : { timeoutInSeconds: timeoutMs / 1000 }),
      },
    );
    return { events };
  },
};

export const cohereClients: readonly ChatClient[] = [chatStream];
