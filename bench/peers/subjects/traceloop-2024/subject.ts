import { createRequire } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai';
import { clientOptions, openChat } from '../../openai-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject } from '../../subject.ts';

// The instrumentation hooks `require`.
const require = createRequire(import.meta.url);

export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  const tracerProvider = new BasicTracerProvider();
  tracerProvider.addSpanProcessor(spanTap(onSpan));
  registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider });
  const { OpenAI } = require('openai');
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};

export const createBare: CreateSubject = ({ baseURL }) => {
  const { OpenAI } = require('openai');
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};
