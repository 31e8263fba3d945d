import { request } from 'node:http';
import got from 'got';
import nodeFetch from 'node-fetch';
import OpenAI4 from 'openai-4';
import { type ChatClient, given, question, simulatedHeaders } from '../clients.ts';
import { chatPath, chatRequest } from '../simulated-call.ts';
import { axiosHttp } from './axios.ts';

const plainHttp: ChatClient = {
  name: 'node:http',
  protocol: 'openai_chat',
  open({ url, fault, signal }) {
    const { body, headers } = chatRequest(fault);
    return new Promise((resolve, reject) => {
      const sent = request(url + chatPath, {
        method: 'POST',
        headers: headers as Record<string, string>,
        ...given({ signal }),
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        if (response.statusCode === 200) resolve({ events: response.setEncoding('utf8') });
        else reject(new Error(`status ${response.statusCode}`));
      });
      sent.end(body);
    });
  },
};

const byNodeFetch: ChatClient = {
  name: 'node-fetch',
  protocol: 'openai_chat',
  async open({ url, fault, signal }) {
    const { body, headers } = chatRequest(fault);
    const response = await nodeFetch(url + chatPath, {
      method: 'POST',
      body: String(body),
      headers: headers as Record<string, string>,
      ...given({ signal }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return { events: (response.body ?? []) as AsyncIterable<unknown> };
  },
};

const byGot: ChatClient = {
  name: 'got',
  protocol: 'openai_chat',
  async open({ url, fault, signal, timeoutMs }) {
    const { body, headers } = chatRequest(fault);
    const events = got.stream.post(url + chatPath, {
      body: String(body),
      headers: headers as Record<string, string>,
      retry: { limit: 0 },
      ...given({ signal }),
      ...(timeoutMs === undefined ? {} : { timeout: { socket: timeoutMs } }),
    });
    return { events };
  },
};

const withoutPadding: object = { include_obfuscation: false };

const openai4: ChatClient = {
  name: 'openai 4',
  protocol: 'openai_chat',
  async open({ url, fault, signal, timeoutMs }) {
    const client = new OpenAI4({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 });
    const stream = await client.chat.completions.create(
      // This version does not know the option; without it the padding of each chunk is random.
      { model: 'gpt-4.1', stream: true, messages: question, stream_options: withoutPadding },
      { headers: simulatedHeaders(fault), ...given({ signal, timeout: timeoutMs }) },
    );
    return { events: stream, cancel: () => stream.controller.abort() };
  },
};

/** Clients that send by `node:http`, whose calls no `fetch` sees. */
export const httpClients: readonly ChatClient[] = [plainHttp, byNodeFetch, byGot, openai4, axiosHttp];
