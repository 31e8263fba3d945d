import { describe, expect, it } from 'vitest';
import { recogniseProtocol } from './recognise.ts';
import { requestFacts } from './request-facts.ts';

const eventStream = new Headers({ 'content-type': 'text/event-stream; charset=utf-8' });
const chat = { model: 'm', stream: true, input: 'messages' } as const;

function recognised(url: string, more: Partial<Parameters<typeof recogniseProtocol>[0]> = {}) {
  const found = recogniseProtocol({ url, request: chat, ...more });
  return found.status === 'other'
    ? 'other'
    : [found.status, found.protocol.name, found.protocol.framing, found.provider];
}

describe('the end of a path', () => {
  it.each([
    ['https://api.openai.com/v1/chat/completions', 'openai_chat', 'openai'],
    ['https://api.openai.com/v1/responses', 'openai_responses', 'openai'],
    ['https://api.openai.com/v1/completions', 'openai_completions', 'openai'],
    [
      'https://acme.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=1',
      'openai_chat',
      'azure.ai.openai',
    ],
    ['https://acme.services.ai.azure.com/models/chat/completions', 'openai_chat', 'azure.ai.inference'],
    ['https://api.anthropic.com/v1/messages?beta=true', 'anthropic_messages', 'anthropic'],
    ['https://api.mistral.ai/v1/chat/completions#stream', 'openai_chat', 'mistral_ai'],
    ['https://api.groq.com/openai/v1/chat/completions', 'openai_chat', 'groq'],
    ['https://api.deepseek.com/beta/chat/completions', 'openai_chat', 'deepseek'],
    ['https://api.x.ai/v1/responses', 'openai_responses', 'x_ai'],
    ['https://openrouter.ai/api/v1/chat/completions/', 'openai_chat', 'openrouter'],
    [
      'https://generativelanguage.googleapis.com/v1beta/interactions?alt=sse',
      'gemini_interactions',
      'gcp.gemini',
    ],
    ['https://api.openai.com/v1/threads/thread_1/runs', 'openai_assistants', 'openai'],
    ['https://api.mistral.ai/v1/agents/completions', 'openai_chat', 'mistral_ai'],
    ['https://api.mistral.ai/v1/fim/completions', 'openai_chat', 'mistral_ai'],
    ['https://api.mistral.ai/v1/conversations#stream', 'mistral_conversations', 'mistral_ai'],
    ['https://api.mistral.ai/v1/conversations/conv_1/restart', 'mistral_conversations', 'mistral_ai'],
    ['https://api.openai.com/v1/audio/transcriptions', 'transcription', 'openai'],
    ['https://api.portkey.ai/v1/prompts/pp-1/completions', 'openai_chat', undefined],
    ['https://adb-1.azuredatabricks.net/serving-endpoints/dbrx/invocations', 'openai_chat', 'databricks'],
    ['https://api-inference.huggingface.co/models/org/zephyr', 'huggingface', 'huggingface'],
    [
      'https://api.openai.com/v1/threads/thread_1/runs/run_1/submit_tool_outputs',
      'openai_assistants',
      'openai',
    ],
    ['https://api.perplexity.ai/chat/completions', 'openai_chat', 'perplexity'],
    ['https://api.writer.com/v1/chat', 'openai_chat', 'writer'],
    ['https://api.cohere.com/v2/chat', 'cohere', 'cohere'],
    ['https://us-south.ml.cloud.ibm.com/ml/v1/text/chat_stream?version=1', 'openai_chat', 'ibm.watsonx.ai'],
    ['https://us-south.ml.cloud.ibm.com/ml/v1/text/generation_stream?version=1', 'watsonx', 'ibm.watsonx.ai'],
    [
      'https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic/v1/messages',
      'anthropic_messages',
      'anthropic',
    ],
    ['https://router.huggingface.co/novita/v3/openai/chat/completions', 'openai_chat', 'huggingface'],
    [
      'https://europe-west1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/claude:streamRawPredict',
      'anthropic_messages',
      'gcp.vertex_ai',
    ],
    [
      'https://generativelanguage.googleapis.com/v1beta/models/gemini:streamGenerateContent?alt=sse',
      'gemini',
      'gcp.gemini',
    ],
    ['http://localhost:8000/v1/chat/completions', 'openai_chat', undefined],
    ['http://localhost:11434/v1/chat/completions', 'openai_chat', 'ollama'],
    ['https://llm-proxy.corp.example/team-a/v1/messages', 'anthropic_messages', undefined],
    ['/api/llm/v1/chat/completions', 'openai_chat', undefined],
  ])('%s speaks %s', (url, protocol, provider) => {
    expect(recognised(url)).toEqual(['recognised', protocol, 'sse', provider]);
  });

  it.each([
    [
      'https://bedrock-runtime.eu-west-1.amazonaws.com/model/us.amazon.nova-lite-v1%3A0/converse-stream',
      'bedrock',
      'eventstream',
      'aws.bedrock',
    ],
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke-with-response-stream',
      'bedrock',
      'eventstream',
      'aws.bedrock',
    ],
    [
      'https://generativelanguage.googleapis.com/v1beta/models/gemini:streamGenerateContent',
      'gemini',
      'json',
      'gcp.gemini',
    ],
    ['http://127.0.0.1:11434/api/chat', 'ollama', 'ndjson', 'ollama'],
    ['https://ollama.corp.example/api/generate', 'ollama', 'ndjson', 'ollama'],
  ])('%s is framed as it should be', (url, protocol, framing, provider) => {
    expect(recognised(url)).toEqual(['recognised', protocol, framing, provider]);
  });

  it('counts with its method: a resumed response is fetched, a stored one is not a call', () => {
    const url = 'https://api.openai.com/v1/responses/resp_1?stream=true&starting_after=3';
    expect(recognised(url, { method: 'GET', request: {} })).toEqual([
      'recognised',
      'openai_responses',
      'sse',
      'openai',
    ]);
    expect(recognised(`${url.split('?')[0]}/cancel`, { request: {} })).toBe('other');
    expect(recognised('https://api.openai.com/v1/threads/t_1/messages', { request: {} })).toBe('other');
    expect(recognised('https://api.openai.com/v1/chat/completions', { method: 'GET' })).toBe('other');
  });

  it('that is no model call is none', () => {
    for (const url of [
      'https://example.com/',
      'https://api.openai.com/v1/models',
      '/api/chat',
      '/api/messages-list',
      'http://[',
    ]) {
      expect(recognised(url, { request: {} })).toBe('other');
    }
  });
});

describe('the body of a request', () => {
  const url = 'https://gateway.example/v1/chat';

  it('tells Cohere from the others that answer at /v1/chat', () => {
    const cohere = requestFacts('{"model":"command","message":"hi","stream":true}');
    const openai = requestFacts('{"model":"palmyra","messages":[],"stream":true}');
    expect(recognised(url, { request: cohere })[1]).toBe('cohere_v1');
    expect(recognised(url, { request: openai })[1]).toBe('openai_chat');
  });

  it('makes a candidate of an unknown path if it names a model and asks for a stream', () => {
    expect(recognised('https://gateway.example/llm')).toEqual(['candidate', 'sse', 'sse', undefined]);
    expect(recognised('https://gateway.example/llm', { request: { model: 'm', input: 'messages' } })).toBe(
      'other',
    );
  });

  it('keeps the endpoint of a web application apart from Ollama', () => {
    const ownBody = requestFacts('{"id":"chat1","messages":[{"role":"user"}]}');
    expect(recognised('https://app.example/api/chat', { request: ownBody })).toBe('other');
    expect(
      recognised('https://app.example/api/chat', { request: ownBody, responseHeaders: eventStream }),
    ).toEqual(['candidate', 'sse', 'sse', undefined]);
  });
});

it.each(['/agents/A/agentAliases/B/sessions/C/text', '/flows/A/aliases/B', '/retrieveAndGenerateStream'])(
  'agents of Bedrock are known by %s',
  (path) => {
    expect(recognised(`https://bedrock-agent-runtime.eu-west-1.amazonaws.com${path}`)).toEqual([
      'recognised',
      'bedrock_agents',
      'eventstream',
      'aws.bedrock',
    ]);
  },
);

it('a conversation that OpenAI keeps is no call to a model', () => {
  expect(recognised('https://api.openai.com/v1/conversations', { request: {} })).toBe('other');
});

describe('the headers of a response', () => {
  const typed = (type: string) => ({ responseHeaders: new Headers({ 'content-type': type }) });

  it('decide the framing', () => {
    const gemini = 'https://generativelanguage.googleapis.com/v1beta/models/g:streamGenerateContent';
    expect(recognised(`${gemini}?alt=sse`, typed('application/json; charset=UTF-8'))).toEqual([
      'recognised',
      'gemini',
      'json',
      'gcp.gemini',
    ]);
    expect(recognised(gemini, typed('text/event-stream'))).toEqual([
      'recognised',
      'gemini',
      'sse',
      'gcp.gemini',
    ]);
    const cohere = { request: { model: 'c', input: 'message' } as const, ...typed('text/event-stream') };
    expect(recognised('https://api.cohere.com/v1/chat', cohere)).toEqual([
      'recognised',
      'cohere_v1',
      'sse',
      'cohere',
    ]);
    expect(recognised('https://x.example/v1/chat/completions', typed('application/x-ndjson'))).toEqual([
      'recognised',
      'ndjson',
      'ndjson',
      undefined,
    ]);
  });

  it('leave a known path its protocol where they promise no stream', () => {
    expect(recognised('https://api.openai.com/v1/chat/completions', typed('application/json'))[1]).toBe(
      'openai_chat',
    );
    expect(recognised('https://api.openai.com/v1/chat/completions', typed('text/html'))[1]).toBe(
      'openai_chat',
    );
    expect(recognised('https://api.openai.com/v1/chat/completions', typed(''))[1]).toBe('openai_chat');
  });

  it('make a candidate of whatever streams', () => {
    const elsewhere = 'https://elsewhere.example/x';
    expect(recognised(elsewhere, typed('text/event-stream'))).toEqual(['candidate', 'sse', 'sse', undefined]);
    expect(recognised(elsewhere, typed('application/x-ndjson'))).toEqual([
      'candidate',
      'ndjson',
      'ndjson',
      undefined,
    ]);
    expect(recognised(elsewhere, typed('application/vnd.amazon.eventstream'))[1]).toBe('bedrock');
    expect(recognised(elsewhere, typed('application/json'))).toBe('other');
  });

  it('name the AI SDK', () => {
    const ui = new Headers({ 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' });
    const data = new Headers({ 'content-type': 'text/plain', 'x-vercel-ai-data-stream': 'v1' });
    expect(recognised('/api/chat', { request: {}, responseHeaders: ui })[1]).toBe('ai_sdk');
    expect(recognised('/api/chat', { request: {}, responseHeaders: data })[1]).toBe('ai_sdk_data');
  });

  it('leave alone a run of the Assistants API that is polled', () => {
    const url = 'https://api.openai.com/v1/threads/thread_1/runs';
    expect(recognised(url, { request: { stream: false } })).toBe('other');
    expect(recognised(url, { request: { stream: true } })[1]).toBe('openai_assistants');
  });

  it('name the provider behind a transparent proxy', () => {
    const url = 'https://proxy.corp.example/v1/chat/completions';
    expect(recognised(url, { responseHeaders: new Headers({ 'openai-processing-ms': '12' }) })[3]).toBe(
      'openai',
    );
    expect(recognised(url, { responseHeaders: eventStream })[3]).toBeUndefined();
  });
});
