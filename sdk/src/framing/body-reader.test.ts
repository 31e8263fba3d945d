import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswer } from '../protocols/answer.ts';
import { streamError } from '../protocols/error-reasons.ts';
import {
  anthropicMessages,
  createBodyReader,
  genericNdjson,
  genericSse,
  openaiChat,
  protocols,
} from '../protocols/index.ts';
import { readBody, sse } from '../testing/read-body.ts';
import { readSizes, split } from '../testing/splits.ts';

const chunk = (delta: object, finish: string | null = null) => ({
  id: 'c1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

describe('a body', () => {
  it('counts events, chunks and visible chunks, the sentinel as an event', () => {
    const body = sse(
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'hm' }),
      chunk({ content: 'Hi' }),
      chunk({}, 'stop'),
      '[DONE]',
    );
    expect(readBody(openaiChat, body)).toMatchObject({
      events: 5,
      chunks: 2,
      visibleChunks: 1,
      malformed: 0,
    });
  });

  it('goes on after a frame that is no JSON, and counts it', () => {
    const body = sse(
      chunk({ content: 'a' }),
      '{"choices":[{"del',
      chunk({ content: 'b' }),
      chunk({}, 'stop'),
    );
    expect(readBody(openaiChat, body)).toMatchObject({
      events: 4,
      chunks: 2,
      malformed: 1,
      facts: { ending: 'completed' },
    });
  });

  it('notices a broken frame even where whole ones of its kind were seen', () => {
    const good = JSON.stringify(chunk({ content: 'a' }));
    const body = sse(good, good, good.slice(0, -3), `${good}x`, good.replace('"a"', '"b"c"'));
    expect(readBody(openaiChat, body)).toMatchObject({ events: 5, chunks: 2, malformed: 3 });
  });

  it('that is cut inside its last frame has no malformed frame but an unfinished one', () => {
    const body = `${sse(chunk({ content: 'a' }))}data: {"id":"c1","choi`;
    expect(readBody(openaiChat, body)).toMatchObject({ events: 1, malformed: 0, midFrame: true });
  });

  it('is read to the end where only the last blank line is missing', () => {
    const body = sse(chunk({ content: 'a' }), chunk({}, 'stop'), '[DONE]').trimEnd();
    expect(readBody(openaiChat, body)).toMatchObject({
      events: 3,
      midFrame: false,
      facts: { ending: 'completed', terminalEventReceived: true },
    });
  });

  it('does not take content that reads like a finish reason, an error or a sentinel for one', () => {
    const tricky = '"finish_reason":"stop"} {"error":{"code":"x"}} data: [DONE]\n\n\\" \\\\';
    const body = sse(chunk({ content: 'a' }), chunk({ content: tricky }), chunk({ content: tricky }));
    const { facts, chunks } = readBody(openaiChat, body);
    expect(chunks).toBe(3);
    expect(facts).toEqual({
      responseId: 'c1',
      responseModel: 'm',
      finishReasonsRaw: [],
      terminalEventReceived: false,
      refused: false,
    });
  });

  it('ends with an error that stands outside any frame', () => {
    const body = `${sse(chunk({ content: 'a' }))}${JSON.stringify({ error: { code: 503, status: 'UNAVAILABLE' } }, null, 1)}\n`;
    expect(readBody(openaiChat, body).facts.error).toEqual({ code: 'UNAVAILABLE', reason: 'overloaded' });
  });

  it.each([
    [
      'an event named error',
      'event: error\ndata: {"message":"Overloaded","code":"engine_overloaded"}\n\n',
      'overloaded',
    ],
    ['a field named error', 'error: {"message":"no","type":"rate_limit_error"}\n\n', 'rate_limited'],
    ['a field named error that is text', 'error: out of credits\n\n', 'quota_exceeded'],
    [
      'an object that calls itself one',
      sse({ object: 'error', message: 'no', type: 'InternalServerError', code: 500 }),
      'provider_error',
    ],
  ])('fails with %s', (_name, failure, reason) => {
    const { facts } = readBody(openaiChat, sse(chunk({ content: 'a' })) + failure);
    expect(facts.error?.reason).toBe(reason);
    expect(facts.ending).toBeUndefined();
  });

  it('of unknown origin is recognised line by line, and cut where its last JSON is', () => {
    const body = sse(chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({}, 'stop'));
    expect(readBody(genericSse, body.replaceAll('\n\n', '\n'))).toMatchObject({
      events: 3,
      chunks: 2,
      protocolName: 'openai_chat',
      facts: { ending: 'completed' },
    });
    expect(readBody(genericSse, 'data: {"text":"a"}\n\ndata: {"text":"b')).toMatchObject({
      events: 1,
      midFrame: true,
    });
    expect(readBody(genericSse, 'data: Hello\n\ndata: {world')).toMatchObject({ midFrame: true });
    expect(readBody(genericSse, 'data: {world\n\n')).toMatchObject({ chunks: 1, midFrame: false });
  });

  it('counts an error outside any frame as no event', () => {
    const { events, facts } = readBody(
      openaiChat,
      `${sse(chunk({ content: 'a' }))}error: {"code":"boom"}\n\n`,
    );
    expect(events).toBe(1);
    expect(facts.error).toEqual({ code: 'boom', reason: 'provider_error' });
  });

  it('is read line by line where the blank lines between the events are missing', () => {
    const body = sse(chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({}, 'stop'), '[DONE]');
    expect(readBody(openaiChat, body.replaceAll('\n\n', '\n'))).toMatchObject({
      events: 4,
      chunks: 2,
      malformed: 0,
      midFrame: false,
      facts: { ending: 'completed', terminalEventReceived: true },
    });
  });

  it('ignores an error after the terminal event', () => {
    const body = sse(chunk({ content: 'a' }), chunk({}, 'stop'), '[DONE]', { error: { code: 'x' } });
    const { facts } = readBody(openaiChat, body);
    expect(facts.error).toBeUndefined();
    expect(facts.ending).toBe('completed');
  });

  it('that is an ordinary JSON answer is a document, and still tells its facts', () => {
    const answer = {
      id: 'c1',
      model: 'm',
      choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    };
    expect(readBody(openaiChat, JSON.stringify(answer))).toMatchObject({
      events: 0,
      document: 'json',
      facts: { ending: 'completed', inputTokens: 3, outputTokens: 1 },
    });
  });

  it('is broken beyond a frame that is too large, and says so once', () => {
    const reader = createBodyReader(openaiChat, { maxFrameBytes: 64 });
    const bytes = new TextEncoder().encode(`data: ${'x'.repeat(50)}`);
    reader.push(bytes);
    reader.push(bytes);
    expect(reader.broken).toBe('frame_too_large');
    expect(reader.push(new TextEncoder().encode(sse('[DONE]'))).events).toBe(0);
    expect(reader.facts.terminalEventReceived).toBe(false);
  });

  it('of lines may be of text where no protocol says otherwise', () => {
    expect(readBody(genericNdjson, '{"text":"a"}\n{"text":"b"}\n\n')).toMatchObject({ events: 2, chunks: 2 });
  });
});

describe('deltas that are not parsed', () => {
  const delta = (index: number, text: string) => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'text_delta', text },
  });

  it('are counted like parsed ones, empty ones too', () => {
    const body = sse(delta(0, 'a'), delta(0, 'b'), delta(0, ''), delta(1, 'c'), delta(0, '\\"'));
    expect(readBody(anthropicMessages, body)).toMatchObject({ events: 5, chunks: 4 });
  });

  it('give the same facts as if each were parsed', () => {
    const words = fc.array(
      fc.tuple(fc.string(), fc.constantFrom('content', 'reasoning', 'refusal'), fc.nat(2)),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(words, readSizes, (deltas, sizes) => {
        const events = deltas.map(([text, key, index]) => ({
          id: 'c1',
          choices: [{ index, delta: { [key]: text }, finish_reason: null }],
          obfuscation: 'x'.repeat(text.length % 5),
        }));
        const expectedChunks = deltas.filter(([text]) => text !== '').length;
        const bytes = new TextEncoder().encode(sse(...events));
        const seen = readBody(openaiChat, split(bytes, sizes));
        expect(seen).toMatchObject({ events: events.length, chunks: expectedChunks, malformed: 0 });
        expect(seen.facts.refused).toBe(deltas.some(([text, key]) => key === 'refusal' && text !== ''));
      }),
    );
  });
});

describe('garbage', () => {
  const framings = [
    ...new Map(protocols.map((protocol) => [`${protocol.name} ${protocol.framing}`, protocol])),
  ];

  it.each(framings)('never makes the reader of %s throw', (_name, protocol) => {
    const jsonLike = fc
      .json()
      .map((json) => new TextEncoder().encode(`event: ${protocol.name}\ndata: ${json}\n\n${json}\n`));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), jsonLike), { maxLength: 8 }),
        (reads) => {
          const seen = readBody(protocol, reads);
          expect(seen.chunks).toBeLessThanOrEqual(seen.events);
          expect(seen.visibleChunks).toBeLessThanOrEqual(seen.chunks);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(framings)(
    'of the right shape and the wrong types never makes the reader of %s throw',
    (_name, protocol) => {
      const keys = [
        'type',
        'choices',
        'delta',
        'message',
        'response',
        'usage',
        'error',
        'candidates',
        'content',
        'parts',
        'results',
        'token',
        'details',
        'done',
        'event_type',
        'finish_reason',
        'index',
        'object',
        'output',
        'text',
        'metadata',
      ];
      const types = [
        'message_start',
        'content_block_delta',
        'response.completed',
        'response.failed',
        'error',
        'message-end',
        'finish',
      ];
      const leaf = fc.oneof(
        fc.constantFrom(...types),
        fc.integer(),
        fc.constant(null),
        fc.boolean(),
        fc.string(),
      );
      const { tree } = fc.letrec((tie) => ({
        tree: fc.oneof(
          { depthSize: 'small' },
          leaf,
          fc.array(tie('tree'), { maxLength: 3 }),
          fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 5 }),
        ),
      }));
      fc.assert(
        fc.property(fc.array(tree, { maxLength: 6 }), (events) => {
          const answer = protocol.open(createAnswer(streamError));
          for (const event of events) answer.read('message', event);
        }),
        { numRuns: 300 },
      );
    },
  );
});
