import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI } from '@langchain/openai';
import { model } from '../../openai-chat.ts';
import type { ChatCall } from '../../subject.ts';

/** The smallest chain that an application would build: a prompt, a model, its text. */
export function answers(baseURL: string, { headers }: Pick<ChatCall, 'headers'>) {
  const chat = new ChatOpenAI({
    model,
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL, defaultHeaders: headers },
  });
  return ChatPromptTemplate.fromTemplate('{question}').pipe(chat).pipe(new StringOutputParser());
}
