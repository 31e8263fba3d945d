import process from 'node:process';
import { trace } from '@opentelemetry/api';
import { Client } from 'langsmith';
import { initializeOTEL } from 'langsmith/experimental/otel/setup';
import { wrapOpenAI } from 'langsmith/wrappers/openai';
import OpenAI from 'openai';
import { clientOptions, openChat } from '../../openai-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject } from '../../subject.ts';

export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  process.env.LANGSMITH_TRACING = 'true';
  process.env.LANGSMITH_OTEL_ENABLED = 'true';
  const { DEFAULT_LANGSMITH_SPAN_EXPORTER: exporter } = initializeOTEL();
  const tap = spanTap(onSpan);
  exporter.export = (spans, done) => {
    for (const span of spans) tap.onEnd(span);
    done({ code: 0 });
  };
  // It asks its server what it can do first; any answer will do.
  const langsmith = new Client({ apiKey: 'none', apiUrl: new URL(baseURL).origin });
  const client = wrapOpenAI(new OpenAI(clientOptions(baseURL)), { client: langsmith });
  const application = trace.getTracer('application');
  return {
    open: (call) => openChat(client, call),
    // Outside of any span it never ends the one of a stream, so it is shown to work as it does inside a request.
    inRequest: (run) => application.startActiveSpan('request', (span) => run().finally(() => span.end())),
    flush: () => langsmith.awaitPendingTraceBatches(),
  };
};

export const createBare: CreateSubject = ({ baseURL }) => {
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};
