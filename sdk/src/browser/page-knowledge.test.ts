import { expect, test } from 'vitest';
import { gemini, requestFacts } from '../protocols.ts';
import { createPageKnowledge } from './page-knowledge.ts';

const url = (path: string) => new URL(path, 'https://shop.example');
const page = createPageKnowledge({ protocols: [], paths: [/\/api\/chat$/] });

test.each([
  ['/v1/chat/completions', 'openai_chat'],
  ['/v1/responses', 'openai_responses'],
  ['/v1/messages', 'anthropic_messages'],
  ['/api/chat', 'sse'],
])('a call to %s counts from the start', (path, name) => {
  expect(page.recognise({ url: url(path) })).toMatchObject({ status: 'recognised', protocol: { name } });
});

test('a stream at any other path is noticed by its answer', () => {
  const recognise = (type: string) =>
    page.recognise({ url: url('/turns'), responseHeaders: new Headers({ 'content-type': type }) });
  expect(recognise('text/event-stream')).toMatchObject({ status: 'candidate', protocol: { name: 'sse' } });
  expect(recognise('application/x-ndjson')).toMatchObject({
    status: 'candidate',
    protocol: { name: 'ndjson' },
  });
  expect(recognise('application/json')).toEqual({ status: 'other' });
});

test('a format that is given is known by path, by event and in its framing', () => {
  const more = createPageKnowledge({ protocols: [gemini], paths: [] });
  const target = url('/v1beta/models/gemini-3:streamGenerateContent');
  const found = more.recognise({ url: target });
  expect(found).toMatchObject({ status: 'recognised', protocol: { name: 'gemini' } });
  expect(page.recognise({ url: target })).toEqual({ status: 'other' });
  const reader = found.status === 'other' ? undefined : more.openBody(found.protocol);
  reader?.push(
    new TextEncoder().encode('[{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}]'),
  );
  expect(reader?.facts.ending).toBe('completed');
});

test('the model is read from a body, attachments only where that is asked for', () => {
  const body = JSON.stringify({
    model: 'gpt-4.1',
    stream: true,
    messages: [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ],
  });
  expect(page.requestFacts(body, {})).toEqual({ model: 'gpt-4.1', stream: true, input: 'messages' });
  const counting = createPageKnowledge({ protocols: [], paths: [], requestFacts });
  expect(counting.requestFacts(body, {}).attachments).toMatchObject({ count: 1, class: 'image' });
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
])('a body that says nothing gives nothing (%#)', (body) => {
  expect(page.requestFacts(body, {})).toEqual({});
});
