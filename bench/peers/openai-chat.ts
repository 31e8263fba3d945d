import type { ChatCall } from './subject.ts';

/** As much of the `openai` client as the runs use, for the versions that the subjects bring. */
interface OpenAIClient {
  readonly chat: {
    readonly completions: {
      create(body: ChatRequest, options: ChatOptions): PromiseLike<AsyncIterable<ChatChunk>>;
    };
  };
}

interface ChatRequest {
  model: string;
  stream: true;
  stream_options?: { include_usage: true };
  messages: { role: 'user'; content: string }[];
}

interface ChatOptions {
  headers: Record<string, string>;
  signal?: AbortSignal;
}

interface ChatChunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[];
}

/** Options of every `new OpenAI()` here: one call is one request. */
export function clientOptions(baseURL: string) {
  return { apiKey: 'none', baseURL, maxRetries: 0 };
}

export const model = 'gpt-4.1';
export const question = 'How does a weir measure a stream?';

/** Asks `client` as an application does, and gives the text of each chunk. */
export async function openChat(client: OpenAIClient, call: ChatCall): Promise<AsyncIterable<string>> {
  const stream = await client.chat.completions.create(
    {
      model,
      stream: true,
      messages: [{ role: 'user', content: question }],
      ...(call.asksForUsage && { stream_options: { include_usage: true } }),
    },
    { headers: { ...call.headers }, ...(call.signal === undefined ? {} : { signal: call.signal }) },
  );
  return textsOf(stream);
}

/** Hands `return` and `throw` through, so that an early end reaches what the client gave. */
async function* textsOf(stream: AsyncIterable<ChatChunk>): AsyncGenerator<string> {
  for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? '';
}
