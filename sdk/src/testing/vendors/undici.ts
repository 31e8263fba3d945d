import { request } from 'undici';
import { type ChatClient, given } from '../clients.ts';
import { chatPath, chatRequest } from '../simulated-call.ts';

export const undiciRequest: ChatClient = {
  name: 'undici.request',
  protocol: 'openai_chat',
  async open({ url, fault, signal, timeoutMs }) {
    const { body, headers } = chatRequest(fault);
    const answer = await request(url + chatPath, {
      method: 'POST',
      body: body as string,
      headers: headers as Record<string, string>,
      ...given({ signal, bodyTimeout: timeoutMs }),
    });
    if (answer.statusCode >= 400) throw new Error(`${answer.statusCode} ${await answer.body.text()}`);
    return { events: answer.body };
  },
};
