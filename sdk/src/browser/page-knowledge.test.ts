import { expect, test } from 'vitest';
import { anthropic, gemini, openaiResponses, requestFacts } from '../protocols.ts';
import { createPageKnowledge } from './page-knowledge.ts';
import { pageRequestFacts } from './page-request.ts';

const url = (path: string) => new URL(path, 'https://shop.example');
const knowledge = createPageKnowledge([], [/\/api\/chat$/]);
const nothing = () => ({});

test.each([
  ['/v1/chat/completions', 'openai_chat'],
  ['/api/chat', 'sse'],
  ['/api/chat/', 'sse'],
  ['/v1/messages', undefined],
])('a call to %s is known as %s before it is answered', (path, name) => {
  expect(knowledge.protocolOfCall(url(path), 'POST', nothing)?.name).toBe(name);
});

test.each([
  ['text/event-stream', 'sse'],
  ['application/x-ndjson', 'ndjson'],
  ['application/json', undefined],
  ['text/plain', undefined],
])('an answer of %s to any other path is read as %s', (type, name) => {
  expect(knowledge.protocolOfAnswer(undefined, new Headers({ 'content-type': type }))?.name).toBe(name);
});

test('a header of the answer names the format', () => {
  const headers = new Headers({ 'x-vercel-ai-ui-message-stream': 'v1', 'content-type': 'text/event-stream' });
  expect(knowledge.protocolOfAnswer(undefined, headers)?.name).toBe('ai_sdk');
});

test('formats that are given are known by path and by event', () => {
  const more = createPageKnowledge([anthropic, openaiResponses], []);
  expect(more.protocolOfCall(url('/v1/messages'), 'POST', nothing)?.name).toBe('anthropic_messages');
  expect(more.protocolOfCall(url('/v1/responses'), 'POST', nothing)?.name).toBe('openai_responses');
  const generic = more.protocolOfAnswer(undefined, new Headers({ 'content-type': 'text/event-stream' }));
  const reader = generic && more.openBody(generic);
  reader?.push(
    new TextEncoder().encode('data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"}}\n\n'),
  );
  expect(reader?.protocol.name).toBe('anthropic_messages');
  expect(reader?.facts.ending).toBe('length');
});

test('a format that is given brings its framing', () => {
  const more = createPageKnowledge([gemini], []);
  const protocol = more.protocolOfCall(url('/v1beta/models/gemini-3:streamGenerateContent'), 'POST', nothing);
  const reader = protocol && more.openBody(protocol);
  reader?.push(
    new TextEncoder().encode('[{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}]'),
  );
  expect(reader?.facts.ending).toBe('completed');
});

const body = JSON.stringify({
  model: 'gpt-4.1',
  stream: true,
  messages: [
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
  ],
});

test('the model is read from a body, attachments only where that is asked for', () => {
  expect(pageRequestFacts(body)).toEqual({ model: 'gpt-4.1', stream: true, input: 'messages' });
  expect(requestFacts(body).attachments).toMatchObject({ count: 1, class: 'image' });
});

test.each([
  undefined,
  null,
  '',
  '[]',
  'null',
  '{"model":1,"stream":"yes"}',
  '{'.repeat(300_000),
  new FormData(),
])('a body that says nothing gives nothing (%#)', (unsaying) => {
  expect(pageRequestFacts(unsaying)).toEqual({});
});
