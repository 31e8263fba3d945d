import { DefaultChatTransport, readUIMessageStream } from 'ai';
import { type ChatCall, type ChatClient, simulatedHeaders } from '../clients.ts';

async function sendMessages({ url, fetch, fault, signal }: ChatCall) {
  const transport = new DefaultChatTransport({
    api: `${url}/api/ui-messages`,
    fetch,
    headers: simulatedHeaders(fault),
  });
  const text = 'How does a weir measure a stream?';
  return transport.sendMessages({
    trigger: 'submit-message',
    chatId: 'chat',
    messageId: undefined,
    messages: [{ id: 'question', role: 'user', parts: [{ type: 'text', text }] }],
    abortSignal: signal,
  });
}

/** What `useChat` of a page does: the parts as they come. */
const transport: ChatClient = {
  name: 'ai with DefaultChatTransport',
  protocol: 'openai_chat',
  named: 'ai_sdk',
  open: async (call) => ({ events: await sendMessages(call) }),
};

/** The message as it grows. */
const messages: ChatClient = {
  name: 'ai with readUIMessageStream',
  protocol: 'openai_chat',
  named: 'ai_sdk',
  open: async (call) => ({
    events: readUIMessageStream({ stream: await sendMessages(call), terminateOnError: true }),
  }),
};

export const aiSdkUiClients: readonly ChatClient[] = [transport, messages];
