import { randomUUID } from 'node:crypto';
import Anthropic from '@anthropic-ai/sdk';
import { observeFetch } from '@weir/sdk';
import { simulatorHeaders } from '@weir/simulator';
import OpenAI from 'openai';
import { anthropicBlocks, openaiParts } from './attachments.ts';
import type { Question, User } from './population.ts';
import type { Trouble } from './troubles.ts';

export interface Providers {
  /** Base URL of the simulated provider. */
  readonly directUrl: string;
  /** The same behind a proxy with an idle timeout. */
  readonly proxiedUrl: string;
}

/** What the application saw: it knows that something failed, rarely why. */
export type Answer =
  | { readonly status: 'answered' | 'left' }
  | { readonly status: 'failed'; readonly error: unknown };

const prompt = 'Summarise this for the meeting.';

/** One person asks one question through the vendor's own client, observed by Weir. */
export async function ask(
  random: () => number,
  providers: Providers,
  user: User,
  question: Question,
  trouble: Trouble,
): Promise<Answer> {
  const { type, subtype, ...network } = user.network;
  const requestId = randomUUID();
  const fetch = observeFetch(globalThis.fetch, {
    network: {
      networkType: type,
      ...(subtype === undefined ? {} : { networkSubtype: subtype }),
      ...network,
      country: user.country,
    },
    user: () => user.id,
    dimensions: { plan: user.plan },
    request: () => requestId,
  });
  const call: Call = {
    fetch,
    baseURL: trouble.viaProxy ? providers.proxiedUrl : providers.directUrl,
    headers: trouble.fault ? simulatorHeaders(trouble.fault) : {},
    leaveAfterChunks: trouble.leaveAfterChunks,
  };
  try {
    const chunks =
      question.client === 'openai'
        ? openaiChunks(random, call, question)
        : anthropicChunks(random, call, question);
    return { status: (await readAll(await chunks, call.leaveAfterChunks)) ? 'answered' : 'left' };
  } catch (error) {
    return { status: 'failed', error };
  }
}

interface Call {
  readonly fetch: typeof globalThis.fetch;
  readonly baseURL: string;
  readonly headers: Record<string, string>;
  readonly leaveAfterChunks: number | undefined;
}

function openaiChunks(
  random: () => number,
  call: Call,
  { model, attachment }: Question,
): Promise<AsyncIterable<unknown>> {
  const openai = new OpenAI({
    apiKey: 'sk-demo',
    baseURL: `${call.baseURL}/v1`,
    fetch: call.fetch,
    defaultHeaders: call.headers,
    maxRetries: 1,
  });
  return openai.chat.completions.create({
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: 'user', content: [{ type: 'text', text: prompt }, ...openaiParts(random, attachment)] },
    ],
  });
}

function anthropicChunks(
  random: () => number,
  call: Call,
  { model, attachment }: Question,
): Promise<AsyncIterable<unknown>> {
  const anthropic = new Anthropic({
    apiKey: 'sk-ant-demo',
    baseURL: call.baseURL,
    fetch: call.fetch,
    defaultHeaders: call.headers,
    maxRetries: 1,
  });
  return anthropic.messages.create({
    model,
    stream: true,
    max_tokens: 1024,
    messages: [
      { role: 'user', content: [...anthropicBlocks(random, attachment), { type: 'text', text: prompt }] },
    ],
  });
}

/** @returns whether the answer was read to its end. */
async function readAll(
  chunks: AsyncIterable<unknown>,
  leaveAfterChunks: number | undefined,
): Promise<boolean> {
  let read = 0;
  for await (const _chunk of chunks) {
    read += 1;
    if (read === leaveAfterChunks) return false;
  }
  return true;
}
