import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { genericNdjson, genericSse, openaiChat, type Protocol } from '../protocols/index.ts';
import { readBody } from '../testing/read-body.ts';
import { readSizes, split } from '../testing/splits.ts';
import { readInPage } from './testing/read-in-page.ts';

const chunk = (content: string) => JSON.stringify({ choices: [{ index: 0, delta: { content } }] });
const stop = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}';
const error = '{"error":{"type":"server_error","code":"overloaded","message":"Overloaded"}}';

const bodies: readonly (readonly [name: string, protocol: Protocol, body: string])[] = [
  ['a whole answer', openaiChat, `data: ${chunk('a')}\n\ndata: ${stop}\n\ndata: [DONE]\n\n`],
  ['one that ends early', openaiChat, `data: ${chunk('a')}\n\n`],
  ['one cut inside a frame', openaiChat, `data: ${chunk('a')}\n\ndata: {"choices":[{"ind`],
  ['a last frame without its blank line', openaiChat, `data: ${chunk('a')}\n\ndata: ${stop}`],
  ['lines that end in CR LF', openaiChat, `data: ${chunk('a')}\r\n\r\ndata: ${stop}\r\n\r\n`],
  ['lines that end in CR', openaiChat, `data: ${chunk('a')}\r\rdata: ${stop}\r\r`],
  ['a byte order mark', openaiChat, `\uFEFFdata: ${chunk('a')}\n\n`],
  [
    'comments, ids and fields that nobody knows',
    openaiChat,
    `: hello\nid: 1\nretry: 2\nfoo: bar\ndata: ${stop}\n\n`,
  ],
  [
    'names before and after the data',
    genericSse,
    'event: a\ndata: {"text":"x"}\n\ndata: {"text":"y"}\nevent: done\n\n',
  ],
  ['data in several lines', openaiChat, 'data: {"choices":\ndata: []}\n\n'],
  ['events that no blank line parts', openaiChat, `data: ${chunk('a')}\ndata: ${stop}\ndata: [DONE]\n\n`],
  ['a frame that does not decode, then good ones', openaiChat, `data: {"cho\n\ndata: ${stop}\n\n`],
  ['an error event', genericSse, `event: error\ndata: ${error}\n\n`],
  ['an error field', openaiChat, `data: ${chunk('a')}\n\nerror: ${error}\n\n`],
  ['a bare error', openaiChat, error],
  ['a bare error over several lines', openaiChat, JSON.stringify(JSON.parse(error), null, 2)],
  ['a bare error between frames', openaiChat, `data: ${chunk('a')}\n\n${error}\n\n`],
  ['a bare error in an array', openaiChat, `[${error}]`],
  ['JSON that never closes, then frames', openaiChat, `{"a":\ndata: ${chunk('a')}\n\n`],
  ['a document of HTML', openaiChat, '<!doctype html>\n<p>No</p>\n'],
  ['a document of text', openaiChat, 'upstream connect error\n'],
  ['characters of several bytes', openaiChat, `data: ${chunk('堰 – ä 🌊')}\n\n`],
  ['a replacement character that was sent as one', openaiChat, `data: ${chunk('\uFFFD')}\n\n`],
  ['plain text', genericSse, 'data: hello\n\ndata: world\n\n'],
  ['lines of JSON', genericNdjson, '{"text":"a"}\n\n  {"text":"b"}\r\n{"done_reason":"stop"}\n'],
  ['lines of JSON, the last one open', genericNdjson, '{"text":"a"}\n{"text":'],
  ['a page where lines of JSON were due', genericNdjson, '<html>\n</html>\n'],
  ['nothing', openaiChat, ''],
];

describe.each(bodies)('%s', (_name, protocol, body) => {
  const bytes = new TextEncoder().encode(body);

  test('says the same to a page as to a service, however it is split', () => {
    const inService = readBody(protocol, [bytes]);
    expect(readInPage(protocol, [bytes])).toEqual(inService);
    fc.assert(
      fc.property(readSizes, (sizes) => {
        expect(readInPage(protocol, split(bytes, sizes))).toEqual(inService);
      }),
      { numRuns: 50 },
    );
  });
});

test('bytes that are no UTF-8 are counted, and the stream goes on', () => {
  const good = new TextEncoder().encode(`data: ${chunk('a')}\n\ndata: ${stop}\n\n`);
  const body = Uint8Array.from([
    ...new TextEncoder().encode('data: {"a":"'),
    0xff,
    0xfe,
    ...new TextEncoder().encode('"}\n\n'),
    ...good,
  ]);
  const seen = readInPage(openaiChat, [body]);
  expect(seen).toEqual(readBody(openaiChat, [body]));
  expect(seen.malformed).toBe(1);
  expect(seen.facts.ending).toBe('completed');
});

test('a frame over the limit ends the reading', () => {
  const body = [`data: ${'x'.repeat(40)}`, 'y'.repeat(200), '\n\n'].map((text) =>
    new TextEncoder().encode(text),
  );
  expect(readInPage(openaiChat, body, 100).broken).toBe('frame_too_large');
  expect(readInPage(genericNdjson, body, 100).broken).toBe('frame_too_large');
});

test('any bytes at all give facts, and no error', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(openaiChat, genericSse, genericNdjson),
      fc.array(fc.uint8Array({ maxLength: 200 })),
      (protocol, reads) => {
        readInPage(protocol, reads);
      },
    ),
  );
});
