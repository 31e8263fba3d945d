import { question } from './openai-chat.ts';
import type { ChatCall } from './subject.ts';

/** As much of a LangChain runnable as the runs use. */
interface Chain {
  stream(input: { question: string }, options: { signal?: AbortSignal }): Promise<AsyncIterable<string>>;
}

/** Asks `chain` as an application does, and gives the text of each chunk. */
export function openChain(chain: Chain, { signal }: ChatCall): Promise<AsyncIterable<string>> {
  return chain.stream({ question }, signal === undefined ? {} : { signal });
}
