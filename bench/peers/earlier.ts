import type { SubjectEntry } from './subject.ts';

/**
 * Versions and uses that applications still have in production, beside the newest ones of `peers`: recorded for the
 * collector to read, and not compared. Between them and `peers` lie all generations of the GenAI conventions.
 */
export const earlier: readonly SubjectEntry[] = [
  {
    folder: 'otel-contrib-2025',
    title: 'OTel contrib, `gen_ai.system`',
    packages: ['@opentelemetry/instrumentation-openai', 'openai'],
    use: 'registered as an OpenTelemetry instrumentation',
  },
  {
    folder: 'traceloop-2024',
    title: 'Traceloop, `gen_ai.usage.prompt_tokens`',
    packages: ['@traceloop/instrumentation-openai', 'openai'],
    use: 'registered as an OpenTelemetry instrumentation',
  },
  {
    folder: 'sentry-10',
    title: 'Sentry 10',
    packages: ['@sentry/node', 'openai'],
    use: '`Sentry.init()` with a span processor in `openTelemetrySpanProcessors`',
    nodeArguments: ['--import', '@sentry/node/import'],
  },
  {
    folder: 'vercel-ai-5',
    title: 'Vercel AI SDK 5',
    packages: ['ai', '@ai-sdk/openai'],
    use: '`streamText` with `experimental_telemetry`',
  },
  {
    folder: 'vercel-ai-4',
    title: 'Vercel AI SDK 4',
    packages: ['ai', '@ai-sdk/openai'],
    use: '`streamText` with `experimental_telemetry`',
  },
  {
    folder: 'openinference-langchain',
    title: 'OpenInference for LangChain',
    packages: ['@arizeai/openinference-instrumentation-langchain', '@langchain/core', '@langchain/openai'],
    use: 'registered as an OpenTelemetry instrumentation',
  },
];
