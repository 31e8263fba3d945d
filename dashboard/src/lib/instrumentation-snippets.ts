/** How to send streams to this collector, ready to paste. */
export interface InstrumentationSnippet {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly code: string;
}

/**
 * @param endpoint where the collector takes OTLP traces, `http://127.0.0.1:4318/v1/traces`.
 * @param ingestKey filled in where senders give it
 */
export function instrumentationSnippets(
  endpoint: string,
  ingestKey?: string,
): readonly InstrumentationSnippet[] {
  const base = baseOf(endpoint);
  const option = ingestKey === undefined ? '' : `, key: '${ingestKey}'`;
  const variable = ingestKey === undefined ? '' : `WEIR_KEY=${ingestKey} \\\n  `;
  const header = ingestKey === undefined ? '' : `\nOTEL_EXPORTER_OTLP_TRACES_HEADERS=x-weir-key=${ingestKey}`;
  return [
    {
      key: 'register',
      title: 'No code',
      note: 'For any Node service: every stream read through fetch is measured, whichever client made it.',
      code: `npm install @weir/sdk @opentelemetry/api\nWEIR_ENDPOINT=${base} \\\n  ${variable}node --import @weir/sdk/register your-app.js`,
    },
    {
      key: 'openai',
      title: 'openai',
      note: 'The client takes a fetch; the observed one behaves exactly like the original.',
      code: `import OpenAI from 'openai';\nimport { startWeir } from '@weir/sdk';\n\nconst weir = await startWeir({ endpoint: '${base}'${option} });\nconst openai = new OpenAI({ fetch: weir.fetch });`,
    },
    {
      key: 'anthropic',
      title: '@anthropic-ai/sdk',
      note: 'The client takes a fetch; the observed one behaves exactly like the original.',
      code: `import Anthropic from '@anthropic-ai/sdk';\nimport { startWeir } from '@weir/sdk';\n\nconst weir = await startWeir({ endpoint: '${base}'${option} });\nconst anthropic = new Anthropic({ fetch: weir.fetch });`,
    },
    {
      key: 'otlp',
      title: 'Any OpenTelemetry',
      note: 'Spans that follow the GenAI conventions are understood from any language; point the exporter here.',
      code: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${endpoint}\nOTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf${header}`,
    },
  ];
}

/** For web pages; whoever has the page has the key. */
export function pageSnippet(endpoint: string, ingestKey: string): InstrumentationSnippet {
  return {
    key: 'page',
    title: 'Web page',
    note: 'Everybody who has the page can read its key: give pages a key of their own, with their origins and a rate.',
    code: `import { startWeir } from '@weir/sdk/browser';\n\nstartWeir({\n  endpoint: '${baseOf(endpoint)}',\n  key: '${ingestKey}',\n  service: 'chat-page',\n});`,
  };
}

/** For programs that ask the API. */
export function readingSnippet(
  endpoint: string,
  readingKey: string,
  project: string,
): InstrumentationSnippet {
  return {
    key: 'read',
    title: 'Ask the API',
    note: 'Streams, rules and incidents of this project and nothing else; every question has to name it.',
    code: `curl -H 'Authorization: Bearer ${readingKey}' \\\n  '${baseOf(endpoint)}/api/v1/summary?project=${project}'`,
  };
}

function baseOf(endpoint: string): string {
  return endpoint.replace(/\/v1\/traces\/?$/, '');
}
