import { createRequire } from 'node:module';
import { clientOptions, openChat } from '../../openai-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject } from '../../subject.ts';

// The instrumentation hooks `require`.
const require = createRequire(import.meta.url);

export const createSubject: CreateSubject = async ({ baseURL, onSpan }) => {
  // Loading it is enough to patch the client, so the bare client is made without.
  const { Openlit } = await import('openlit');
  // It brings a tracer provider of its own: its exporter is where spans come out.
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
  const tap = spanTap(onSpan);
  OTLPTraceExporter.prototype.export = (
    spans: Parameters<typeof tap.onEnd>[0][],
    done: (result: object) => void,
  ) => {
    for (const span of spans) tap.onEnd(span);
    done({ code: 0 });
  };
  Openlit.init({
    applicationName: 'peers',
    otlpEndpoint: 'http://127.0.0.1:4318',
    disableBatch: true,
    disableMetrics: true,
    disableEvents: true,
    pricingJson: {},
  });
  const { OpenAI } = require('openai');
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};

export const createBare: CreateSubject = ({ baseURL }) => {
  const { OpenAI } = require('openai');
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};
