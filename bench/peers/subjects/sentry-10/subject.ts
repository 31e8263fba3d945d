import * as Sentry from '@sentry/node';
import { clientOptions, openChat } from '../../openai-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject } from '../../subject.ts';

/** The last major version whose spans are OpenTelemetry's, so that a processor beside its own can export them. */
export const createSubject: CreateSubject = async ({ baseURL, onSpan }) => {
  Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    tracesSampleRate: 1,
    integrations: [Sentry.openAIIntegration()],
    openTelemetrySpanProcessors: [spanTap(onSpan)],
    transport: () => ({ send: async () => ({}), flush: async () => true }),
  });
  // The instrumentation hooks `import`, and has to be there before.
  const { OpenAI } = await import('openai');
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call), flush: async () => void (await Sentry.flush(2000)) };
};

export const createBare: CreateSubject = async ({ baseURL }) => {
  const { OpenAI } = await import('openai');
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};
