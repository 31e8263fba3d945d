import { Ollama } from 'ollama';
import { type ChatClient, question, simulatedHeaders } from '../clients.ts';

const chat: ChatClient = {
  name: 'ollama',
  protocol: 'ollama',
  async open({ url, fetch, fault }) {
    const client = new Ollama({ host: url, fetch, headers: simulatedHeaders(fault) });
    const events = await client.chat({ model: 'llama3.3', messages: [...question], stream: true });
    return { events, cancel: () => events.abort() };
  },
};

export const ollamaClients: readonly ChatClient[] = [chat];
