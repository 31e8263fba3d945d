import { constants, gzipSync } from 'node:zlib';
import { TEXT_PROTOCOLS } from '../protocols/protocol.ts';
import type { Frame } from '../wire/frame.ts';
import type { Step } from '../wire/step.ts';
import type { FaultDefinition } from './fault.ts';
import { createPlayback, type Playback, type Scene } from './playback.ts';

/** More than any answer is long, so that the body always falls short of it. */
const PROMISED_LENGTH = 1 << 30;
const FILLER_BLOCK = 64 * 1024;

function* upToTheFault(scene: Scene): Generator<Step, Playback> {
  const playback = createPlayback(scene);
  yield* playback.headers();
  yield* playback.upTo(scene.parameters.after);
  return playback;
}

/** The JSON of the next chunk, cut short, in a frame that is otherwise whole. */
function* malformedFrame(playback: Playback): Generator<Step> {
  const frame = playback.take();
  if (frame === undefined) return;
  const data = frame.data.slice(0, Math.ceil(frame.data.length / 2));
  // It no longer carries a chunk, so the log counts none.
  yield { do: 'write', bytes: playback.encode({ ...frame, data }), frames: [] };
}

/** The next chunk with a byte sequence in a JSON string that no UTF-8 text contains. */
function* invalidUtf8Frame(playback: Playback): Generator<Step> {
  const frame = playback.take();
  if (frame === undefined) return;
  const [before = '', after = ''] = splitBeforeLastQuote(String(playback.encode(frame)));
  const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from(after)]);
  yield { do: 'write', bytes, frames: [frame] };
}

function splitBeforeLastQuote(text: string): [string, string] {
  const at = text.lastIndexOf('"');
  return [text.slice(0, at), text.slice(at)];
}

function* filler(sizeBytes: number): Generator<Step> {
  for (let left = sizeBytes; left > 0; left -= FILLER_BLOCK) {
    yield { do: 'write', bytes: 'x'.repeat(Math.min(left, FILLER_BLOCK)), frames: [] };
  }
}

function gzipOf(frames: readonly Frame[], playback: Playback): Buffer {
  // A sync flush leaves the stream open, so that what follows is read as more of it.
  return gzipSync(Buffer.concat(frames.map(playback.encode)), { finishFlush: constants.Z_SYNC_FLUSH });
}

function takeChunks(playback: Playback, chunks: number): Frame[] {
  const frames: Frame[] = [];
  for (let left = chunks; left > 0; ) {
    const frame = playback.take();
    if (frame === undefined) break;
    if (frame.role === 'content') left -= 1;
    frames.push(frame);
  }
  return frames;
}

/** Bytes that do not decode: transfer encoding, content encoding, character set, JSON, frame size. */
export const brokenBytes = [
  {
    name: 'chunked_broken',
    wire: 'After `after` chunks a chunk size of the transfer encoding that is not hexadecimal.',
    reason: 'malformed',
    stage: 'streaming',
    acceptable: ['reset'],
    parameters: ['after'],
    *play(scene) {
      yield* upToTheFault(scene);
      yield { do: 'write_raw', bytes: 'zz\r\nnot a chunk\r\n' };
      yield { do: 'close' };
    },
  },
  {
    name: 'content_length_mismatch',
    wire: '`Content-Length` promises more than comes: `after` chunks, then FIN.',
    reason: 'reset',
    stage: 'streaming',
    acceptable: ['truncated'],
    parameters: ['after'],
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers({ 'content-length': String(PROMISED_LENGTH) });
      yield* playback.upTo(scene.parameters.after);
      yield { do: 'close' };
    },
  },
  {
    name: 'gzip_corrupt',
    wire: '`Content-Encoding: gzip` whose data is damaged after `after` chunks.',
    reason: 'malformed',
    stage: 'streaming',
    acceptable: ['reset'],
    parameters: ['after'],
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers({ 'content-encoding': 'gzip' });
      const frames = takeChunks(playback, scene.parameters.after);
      yield { do: 'wait', ms: Math.max(0, scene.turn.timing.ttftMs - scene.turn.timing.headersMs) };
      yield { do: 'write', bytes: gzipOf(frames, playback), frames };
      yield { do: 'wait', ms: scene.turn.timing.gapMs };
      // 0xFF opens a deflate block of the reserved type 3.
      yield { do: 'write', bytes: Buffer.alloc(64, 0xff), frames: [] };
      yield { do: 'end' };
    },
  },
  {
    name: 'utf8_invalid',
    wire: 'One chunk holds bytes that are not UTF-8; the rest and the end are good.',
    reason: 'completed',
    stage: 'done',
    protocols: TEXT_PROTOCOLS,
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      const playback = yield* upToTheFault(scene);
      yield* invalidUtf8Frame(playback);
      yield* playback.rest();
      yield { do: 'end' };
    },
  },
  {
    name: 'malformed_frame',
    wire: 'The JSON of one frame is cut short; the rest and the end are good. One bad frame counted, not fatal.',
    reason: 'completed',
    stage: 'done',
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      const playback = yield* upToTheFault(scene);
      yield* malformedFrame(playback);
      yield* playback.rest();
      yield { do: 'end' };
    },
  },
  {
    name: 'malformed_frame_then_end',
    wire: 'The JSON of one frame is cut short, then a clean end without finish or terminal event.',
    reason: 'malformed',
    stage: 'streaming',
    acceptable: ['truncated'],
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      const playback = yield* upToTheFault(scene);
      yield* malformedFrame(playback);
      yield { do: 'end' };
    },
  },
  {
    name: 'oversized_frame',
    wire: 'One frame of `size` (16 MiB) with a field of filler, then the rest and a good end.',
    reason: 'completed',
    stage: 'done',
    acceptable: ['malformed'],
    protocols: TEXT_PROTOCOLS,
    parameters: ['after', 'size'],
    streamOnly: true,
    *play(scene) {
      const playback = yield* upToTheFault(scene);
      const frame = playback.take();
      if (frame !== undefined) {
        const [start = '', end = ''] = splitAtOnce(String(playback.encode(frame)), '{');
        yield { do: 'write', bytes: `${start}{"filler":"`, frames: [] };
        yield* filler(scene.parameters.sizeBytes);
        yield { do: 'write', bytes: `",${end}`, frames: [frame] };
      }
      yield* playback.rest();
      yield { do: 'end' };
    },
  },
  {
    name: 'endless_frame',
    wire: 'A frame that never ends: `size` (16 MiB) without a frame boundary, then a clean end.',
    reason: 'malformed',
    stage: 'streaming',
    // An observer whose limit is above `size` only sees an end inside a frame.
    acceptable: ['truncated'],
    protocols: TEXT_PROTOCOLS,
    parameters: ['after', 'size'],
    streamOnly: true,
    *play(scene) {
      yield* upToTheFault(scene);
      yield { do: 'write', bytes: scene.framing === 'sse' ? 'data: {"filler":"' : '{"filler":"', frames: [] };
      yield* filler(scene.parameters.sizeBytes);
      yield { do: 'end' };
    },
  },
  {
    name: 'checksum_broken',
    wire: 'After `after` chunks a binary message whose checksum does not fit, then a clean end.',
    reason: 'malformed',
    stage: 'streaming',
    protocols: ['bedrock'],
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      const playback = yield* upToTheFault(scene);
      const frame = playback.take();
      if (frame !== undefined) {
        const bytes = playback.encode(frame);
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 0xff, bytes.length - 1);
        // It no longer carries a chunk, so the log counts none.
        yield { do: 'write', bytes, frames: [] };
      }
      yield { do: 'end' };
    },
  },
] as const satisfies readonly FaultDefinition[];

function splitAtOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
