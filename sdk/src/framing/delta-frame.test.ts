import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { anthropicMessages, createBodyReader, openaiChat, type Protocol } from '../protocols/index.ts';
import { ollama } from '../protocols/ollama.ts';
import { openaiResponses } from '../protocols/openai-responses.ts';
import { readBody } from '../testing/read-body.ts';
import { DeltaFrame, type Hole, viewOf } from './delta-frame.ts';

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);

describe('a frame of a delta', () => {
  const fixed = ['{"n":', ',"text":"', '","done":false}'];
  const holes: readonly Hole[] = ['number', 'content'];
  const frame = DeltaFrame.of(bytesOf('data: {"n":1,"text":"a","done":false}\n\n'), fixed, holes);
  const endOf = (text: string | Uint8Array, start = 0) => {
    const bytes = typeof text === 'string' ? bytesOf(text) : text;
    return frame?.endOf(bytes, viewOf(bytes), start);
  };

  it.each([
    'data: {"n":2,"text":"b","done":false}\n\n',
    'data: {"n":-1.5e+7,"text":"longer than before","done":false}\n\n',
    'data: {"n":2,"text":"\\"quoted\\" \\\\","done":false}\n\n',
    'data: {"n":2,"text":"Größe 水 🌊","done":false}\n\n',
  ])('is known by its bytes: %j', (text) => {
    expect(endOf(text)).toBe(bytesOf(text).length);
    expect(endOf(`: ping\n\n${text}`, 8)).toBe(bytesOf(text).length + 8);
  });

  it.each([
    ['other data', 'data: {"n":2,"text":"b","done":true}\n\n'],
    ['another head', 'data:{"n":2,"text":"b","done":false}\n\n'],
    ['another end', 'data: {"n":2,"text":"b","done":false}\r\n\r\n'],
    ['no content', 'data: {"n":2,"text":"","done":false}\n\n'],
    ['no number', 'data: {"n":,"text":"b","done":false}\n\n'],
    ['a line end in the content', 'data: {"n":2,"text":"a\nb","done":false}\n\n'],
    ['a string in the content', 'data: {"n":2,"text":"a","b":"c","done":false}\n\n'],
    ['a part of it', 'data: {"n":2,"text":"b","done":false}\n'],
    ['nothing', ''],
  ])('is not taken for one with %s', (_name, text) => {
    expect(endOf(text)).toBe(-1);
  });

  it.each([
    ['a byte that begins nothing', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a sequence that is cut', [0xe6, 0xb0]],
  ])('is not taken for one with %s', (_name, bad) => {
    const bytes = Uint8Array.of(
      ...bytesOf('data: {"n":2,"text":"'),
      ...bad,
      ...bytesOf('","done":false}\n\n'),
    );
    expect(endOf(bytes)).toBe(-1);
  });

  it.each([
    ['an id', 'id: 7\ndata: {"n":1,"text":"a","done":false}\n\n'],
    ['a comment', ': ping\ndata: {"n":1,"text":"a","done":false}\n\n'],
    ['data in several lines', 'data: {"n":1,\ndata: "text":"a","done":false}\n\n'],
    ['text that is not ASCII', 'event: ü\ndata: {"n":1,"text":"a","done":false}\n\n'],
    ['no end', 'data: {"n":1,"text":"a","done":false}'],
  ])('is not made of one with %s', (_name, text) => {
    expect(DeltaFrame.of(bytesOf(text), fixed, holes)).toBeUndefined();
  });
});

interface Wire {
  readonly protocol: Protocol;
  readonly frame: (text: string, end: string) => string;
}

const wires: readonly (readonly [string, Wire])[] = [
  [
    'OpenAI chat',
    {
      protocol: openaiChat,
      frame: (text, end) =>
        `data: ${JSON.stringify({ id: 'c1', choices: [{ index: 0, delta: { content: text } }], p: 'ab'.slice(text.length % 3) })}${end}${end}`,
    },
  ],
  [
    'OpenAI responses',
    {
      protocol: openaiResponses,
      frame: (text, end) =>
        `event: response.output_text.delta${end}data: ${JSON.stringify({ type: 'response.output_text.delta', sequence_number: text.length, delta: text })}${end}${end}`,
    },
  ],
  [
    'Anthropic messages, with padding',
    {
      protocol: anthropicMessages,
      frame: (text, end) =>
        `event: content_block_delta${end}data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${JSON.stringify(text)}}${' '.repeat(text.length)}}${end}${end}`,
    },
  ],
  [
    'Ollama',
    {
      protocol: ollama,
      frame: (text, end) =>
        `${JSON.stringify({ model: 'm', message: { content: text }, done: false })}${end}`,
    },
  ],
];

describe.each(wires)('deltas of %s', (_name, { protocol, frame }) => {
  const word = fc.oneof(
    fc.constantFrom('', ' word', ' "quoted"', '\\', ' Größe', '水', '🌊', 'a\nb', '[DONE]'),
    fc.string(),
  );
  const damage = fc.constantFrom('none', 'none', 'none', 'truncated', 'invalid byte', 'id', 'comment');

  const frameBytes = (text: string, end: string, kind: string): Uint8Array => {
    const whole = frame(text, end);
    if (kind === 'truncated') return bytesOf(`${whole.trimEnd().slice(0, -3)}${end}${end}`);
    if (kind === 'id') return bytesOf(`id: ${text.length}${end}${whole}`);
    if (kind === 'comment') return bytesOf(`: ping${end}${end}${whole}`);
    const bytes = bytesOf(whole);
    if (kind === 'invalid byte') bytes[bytes.lastIndexOf(34) - 1] = 0xff;
    return bytes;
  };

  it('say the same by their bytes as by their text, however many come in a read', () => {
    const deltas = fc.array(fc.tuple(word, damage), { maxLength: 25 });
    const readLengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(deltas, fc.constantFrom('\n', '\r\n'), readLengths, (words, end, lengths) => {
        const frames = words.map(([text, kind]) => frameBytes(text, end, kind));
        const reads: Uint8Array[] = [];
        for (let at = 0, i = 0; at < frames.length; i += 1) {
          const length = lengths[i % lengths.length] ?? 1;
          reads.push(Buffer.concat(frames.slice(at, at + length)));
          at += length;
        }
        const byteByByte = [...Buffer.concat(frames)].map((byte) => Uint8Array.of(byte));
        const { malformed, ...seen } = readBody(protocol, reads);
        const { malformed: malformedByBytes, ...expected } = readBody(protocol, byteByByte);
        expect(seen).toEqual(expected);
        // Bad bytes are counted once for each piece that is decoded.
        expect(malformed > 0).toBe(malformedByBytes > 0);
      }),
      { numRuns: 100 },
    );
  });
});

test('a reader tells where it is to be resumed after deltas that were known by their bytes', () => {
  const delta = (text: string) =>
    bytesOf(`data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`);
  const reader = createBodyReader(openaiChat);
  for (const bytes of [delta('a'), delta('b'), delta('c'), bytesOf('id: 4\n')]) reader.push(bytes);
  expect(reader.push(delta('d'))).toEqual({ events: 1, chunks: 1, visibleChunks: 1 });
  expect(reader.lastEventId).toBe('4');
});
