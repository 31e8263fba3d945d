/** How to send streams to this collector, ready to paste. */
export interface InstrumentationSnippet {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly code: string;
}

/** @param endpoint where the collector takes OTLP traces, `http://127.0.0.1:4318/v1/traces`. */
export function instrumentationSnippets(endpoint: string): readonly InstrumentationSnippet[] {
  const base = endpoint.replace(/\/v1\/traces\/?$/, '');
  return [
    {
      key: 'register',
      title: 'No code',
      note: 'For any Node service: every stream read through fetch is measured, whichever client made it.',
      code: `npm install @weir/sdk @opentelemetry/api\nWEIR_ENDPOINT=${base} \\\n  node --import @weir/sdk/register your-app.js`,
    },
    {
      key: 'openai',
      title: 'openai',
      note: 'The client takes a fetch; the observed one behaves exactly like the original.',
      code: `import OpenAI from 'openai';\nimport { startWeir } from '@weir/sdk';\n\nconst weir = await startWeir({ endpoint: '${base}' });\nconst openai = new OpenAI({ fetch: weir.fetch });`,
    },
    {
      key: 'anthropic',
      title: '@anthropic-ai/sdk',
      note: 'The client takes a fetch; the observed one behaves exactly like the original.',
      code: `import Anthropic from '@anthropic-ai/sdk';\nimport { startWeir } from '@weir/sdk';\n\nconst weir = await startWeir({ endpoint: '${base}' });\nconst anthropic = new Anthropic({ fetch: weir.fetch });`,
    },
    {
      key: 'otlp',
      title: 'Any OpenTelemetry',
      note: 'Spans that follow the GenAI conventions are understood from any language; point the exporter here.',
      code: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${endpoint}\nOTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf`,
    },
  ];
}
