import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import OpenAI from 'openai';
import { clientOptions, openChat } from '../../openai-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject } from '../../subject.ts';

export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  // Its own processor changes spans as they end, so it stays in front; what it would send goes nowhere.
  const exporter = {
    export: (_spans: unknown, done: (result: { code: 0 }) => void) => done({ code: 0 }),
    shutdown: async () => undefined,
  };
  const langfuse = new LangfuseSpanProcessor({ publicKey: 'none', secretKey: 'none', exporter });
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [langfuse, spanTap(onSpan)] }));
  const client = observeOpenAI(new OpenAI(clientOptions(baseURL)));
  return { open: (call) => openChat(client, call), flush: () => langfuse.forceFlush() };
};

export const createBare: CreateSubject = ({ baseURL }) => {
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};
