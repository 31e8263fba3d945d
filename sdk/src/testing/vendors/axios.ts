import axios from 'axios';
import { type ChatCall, type ChatClient, given } from '../clients.ts';
import { chatPath, chatRequest } from '../simulated-call.ts';

/** Asks through axios for a body that is read as it comes. */
export async function postByAxios(call: ChatCall, adapter: 'fetch' | 'http'): Promise<unknown> {
  const { body, headers } = chatRequest(call.fault);
  const response = await axios.post(call.url + chatPath, body, {
    adapter,
    responseType: 'stream',
    headers: headers as Record<string, string>,
    env: { fetch: call.fetch },
    ...given({ signal: call.signal, timeout: call.timeoutMs }),
  });
  return response.data;
}

const fetchAdapter: ChatClient = {
  name: 'axios with its fetch adapter',
  protocol: 'openai_chat',
  async open(call) {
    const body = (await postByAxios(call, 'fetch')) as ReadableStream<Uint8Array<ArrayBuffer>>;
    return { events: body.pipeThrough(new TextDecoderStream()) };
  },
};

export const axiosClients: readonly ChatClient[] = [fetchAdapter];

/** Its default in Node: a `Readable`, which no `fetch` sees. */
export const axiosHttp: ChatClient = {
  name: 'axios with its http adapter',
  protocol: 'openai_chat',
  async open(call) {
    return { events: (await postByAxios(call, 'http')) as AsyncIterable<unknown> };
  },
};
