import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSizes, split } from '../testing/splits.ts';
import { defaultMaxFrameBytes, type Framer } from './framer.ts';
import { SseFramer } from './sse.ts';

interface Seen {
  readonly frames: (readonly [event: string | undefined, data: string, complete: boolean])[];
  readonly bare: string[];
  readonly framer: Framer;
}

function read(body: string | readonly Uint8Array[], maxFrameBytes = defaultMaxFrameBytes): Seen {
  const frames: Seen['frames'] = [];
  const bare: string[] = [];
  const framer = new SseFramer(
    {
      frame: (event, data, complete) => frames.push([event, data, complete]),
      bare: (json) => bare.push(json),
      failure: () => {},
      errorField: () => {},
    },
    maxFrameBytes,
  );
  const parts = typeof body === 'string' ? [new TextEncoder().encode(body)] : body;
  for (const bytes of parts) framer.push(bytes);
  framer.finish();
  return { frames, bare, framer };
}

describe('server-sent events', () => {
  it('are cut at blank lines, with the event name before or after the data', () => {
    expect(read('event: a\ndata: 1\n\ndata: 2\nevent: b\n\ndata: 3\n\n').frames).toEqual([
      ['a', '1', true],
      ['b', '2', true],
      [undefined, '3', true],
    ]);
  });

  it('join several data lines, and take one space after the colon away', () => {
    expect(read('data:1\ndata:  2\ndata\n\n').frames).toEqual([[undefined, '1\n 2\n', true]]);
  });

  it('end lines in LF, CR LF or CR', () => {
    expect(read('data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n').frames.map(([, data]) => data)).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  it('ignore comments, retry and unknown fields', () => {
    expect(read(': keep-alive\nretry: 10\nfoo: bar\ndata: 1\n\n: bye\n\n').frames).toEqual([
      [undefined, '1', true],
    ]);
  });

  it('begin after one byte order mark', () => {
    expect(read('\uFEFFdata: 1\n\n').frames).toHaveLength(1);
  });

  it('do not exist without data', () => {
    expect(read('event: ping\n\nid: 4\n\n').frames).toEqual([]);
  });

  it('keep the id of the last frame that came whole', () => {
    expect(read('id: 7\ndata: 1\n\nid: 8\n').framer.lastEventId).toBe('7');
  });

  it('give a last frame without its blank line, marked as such', () => {
    expect(read('data: 1\n\ndata: 2').frames).toEqual([
      [undefined, '1', true],
      [undefined, '2', false],
    ]);
  });

  it('are the same however the reads are split', () => {
    const body =
      'event: é\r\ndata: {"a":"→ß"}\r\n\r\n: c\r\rdata: 2\n\ndata: 3\r\n\r\n{"error":\r\n{"code":1}}\r\n';
    const bytes = new TextEncoder().encode(body);
    const { frames, bare } = read([bytes]);
    expect(frames).toHaveLength(3);
    expect(bare).toHaveLength(1);
    fc.assert(
      fc.property(readSizes, (sizes) => {
        const seen = read(split(bytes, sizes));
        expect([seen.frames, seen.bare]).toEqual([frames, bare]);
      }),
    );
  });
});

describe('what is no event stream', () => {
  it('gives a JSON value that stands bare, on one line or many', () => {
    const pretty = JSON.stringify({ error: { code: 400, status: 'a: "b" {' } }, null, 2);
    const { bare, framer } = read(`${pretty}\n`);
    expect(bare.map((json) => JSON.parse(json))).toEqual([{ error: { code: 400, status: 'a: "b" {' } }]);
    expect(framer.document).toBe('json');
    expect(framer.midFrame).toBe(false);
  });

  it('gives each element of a bare array', () => {
    expect(read('[{"a":1}\n,\r\n{"a":2}\n]\n').bare).toEqual(['{"a":1}', '{"a":2}']);
  });

  it('goes on with frames after a bare value, or where none really was', () => {
    expect(read('{"error":"x"}\n\ndata: 1\n\n').frames).toHaveLength(1);
    expect(read('{oops\n\ndata: 1\n\n').frames).toHaveLength(1);
  });

  it('knows an HTML page and a plain text', () => {
    expect(read('<!doctype html>\n<title>502 Bad Gateway</title>\n').framer.document).toBe('html');
    expect(read('upstream connect error\n').framer.document).toBe('text');
    expect(read('data: 1\n\nnonsense\n').framer.document).toBeUndefined();
    expect(read('').framer.document).toBeUndefined();
  });
});

describe('limits', () => {
  it('do not stop at bytes that are no UTF-8, which are replaced and counted', () => {
    const { framer, frames } = read([new Uint8Array([100, 97, 116, 97, 58, 32, 0xff, 10, 10, 100])]);
    expect(framer.broken).toBeUndefined();
    expect(framer.replacements).toBe(1);
    expect(frames.map(([, data]) => data)).toEqual(['\ufffd']);
  });

  it('do not mistake a character that the end cut for a wrong one', () => {
    const { framer } = read([new Uint8Array([100, 97, 116, 97, 58, 32, 0xe2, 0x82])]);
    expect(framer.broken).toBeUndefined();
  });

  it('break at a line, a frame or a bare value that is too large, and keep nothing of it', () => {
    const part = new TextEncoder().encode('x'.repeat(60));
    const begin = new TextEncoder().encode('data: ');
    expect(read([begin, part, part], 100).framer.broken).toBe('frame_too_large');
    expect(read(`data: ${'x'.repeat(60)}\ndata: ${'x'.repeat(60)}\n`, 100).framer.broken).toBe(
      'frame_too_large',
    );
    expect(read(`{"a":"\n${'x'.repeat(60)}\n${'x'.repeat(60)}\n`, 100).framer.broken).toBe('frame_too_large');
    expect(read(`data: ${'x'.repeat(60)}\n\ndata: ${'x'.repeat(60)}\n\n`, 100).framer.broken).toBeUndefined();
  });

  it('say that a frame is waiting for its end', () => {
    const sink = { frame: () => {}, bare: () => {}, failure: () => {}, errorField: () => {} };
    const framer = new SseFramer(sink, 100);
    framer.push(new TextEncoder().encode('data: 1\n\ndat'));
    expect(framer.midFrame).toBe(true);
    framer.push(new TextEncoder().encode('a: 2\n'));
    expect(framer.midFrame).toBe(true);
    framer.push(new TextEncoder().encode('\n'));
    expect(framer.midFrame).toBe(false);
  });
});
