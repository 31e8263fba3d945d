import * as Sentry from '@sentry/node';
import OpenAI from 'openai';
import { clientOptions, openChat } from '../../openai-chat.ts';
import type { CreateSubject, SpanRecord } from '../../subject.ts';

export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    tracesSampleRate: 1,
    integrations: [Sentry.openAIIntegration()],
    transport: () => ({
      send: async (envelope) => {
        for (const span of spansIn(envelope)) onSpan(span);
        return {};
      },
      flush: async () => true,
    }),
  });
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call), flush: async () => void (await Sentry.flush(2000)) };
};

export const createBare: CreateSubject = ({ baseURL }) => {
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};

/** The part of an envelope that carries spans. */
interface SpanItems {
  readonly items?: readonly {
    readonly name: string;
    readonly start_timestamp: number;
    readonly end_timestamp: number;
    readonly status: string;
    readonly attributes?: Readonly<Record<string, { readonly value: unknown }>>;
  }[];
}

function spansIn(envelope: readonly unknown[]): SpanRecord[] {
  const items = envelope[1] as readonly (readonly [{ readonly type: string }, SpanItems])[];
  return items
    .filter(([{ type }]) => type === 'span')
    .flatMap(([, payload]) => payload.items ?? [])
    .map((span) => ({
      name: span.name,
      startMs: span.start_timestamp * 1000,
      endMs: span.end_timestamp * 1000,
      status: span.status,
      statusMessage: undefined,
      attributes: Object.fromEntries(
        Object.entries(span.attributes ?? {}).map(([key, { value }]) => [key, value]),
      ),
      events: [],
    }));
}
