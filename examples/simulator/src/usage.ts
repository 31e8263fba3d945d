import { faults } from './faults/catalogue.ts';

/** How to use a running simulator, as text: printed by the command line and served at `/`. */
export function usageText(url: string): string {
  const names = faults.map((fault) => `  ${fault.name.padEnd(24)} ${fault.wire}`).join('\n');
  return `LLM provider simulator at ${url}

curl
  curl -N ${url}/v1/chat/completions -H 'content-type: application/json' \\
    -H 'x-simulator-fault: reset_in_frame; after=5; seed=7' \\
    -H 'x-simulator-timing: ttft=300ms, gap=20ms, chunks=40' \\
    -d '{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hello"}]}'

openai
  new OpenAI({ apiKey: 'any', baseURL: '${url}/v1',
    defaultHeaders: { 'x-simulator-fault': 'idle_stall; after=3' } })

@anthropic-ai/sdk (a path prefix serves tools that cannot set headers)
  new Anthropic({ apiKey: 'any', baseURL: '${url}/fault/error_event;after=5' })

Serves  POST /v1/chat/completions · /v1/responses · /v1/messages · /api/chat ·
             /v1beta/models/<model>:streamGenerateContent?alt=sse · :generateContent · /v2/chat ·
             /model/<model>/converse-stream · /converse;  GET /v1/models
Asks    header x-simulator-fault: name; after=5; stall=30s; every=5s; size=16m; retry_after=2; gateway=nginx;
                                  seed=7; times=2; key=any
        header x-simulator-timing: headers=200ms, ttft=300ms, gap=20ms, jitter=0.4, chunks=50
        the same as query parameters of the same names, or as path prefixes /fault/<…>/ and /timing/<…>/
Shows   GET /simulator/faults (the catalogue) · GET /simulator/requests (what was seen and sent)

Faults
${names}
`;
}
