import { GoogleGenAI } from '@google/genai';
import { type ChatClient, given, simulatedHeaders } from '../clients.ts';

const generateContentStream: ChatClient = {
  name: '@google/genai',
  protocol: 'gemini',
  async open({ url, fetch, fault, signal, timeoutMs }) {
    const client = new GoogleGenAI({
      apiKey: 'none',
      httpOptions: {
        baseUrl: url,
        headers: simulatedHeaders(fault),
        fetch,
        ...given({ timeout: timeoutMs }),
      },
    });
    const events = await client.models.generateContentStream({
      model: 'gemini-2.5-flash',
      contents: 'How does a weir measure a stream?',
      config: given({ abortSignal: signal }),
    });
    return { events };
  },
};

export const googleClients: readonly ChatClient[] = [generateContentStream];
