import type { Protocol, Turn } from '../protocols/protocol.ts';
import { logNormal, type Random } from '../random.ts';
import {
  encodeFrame,
  type Frame,
  type FrameRole,
  type FramingName,
  type SseStyle,
  USUAL_SSE,
} from '../wire/frame.ts';
import type { Headers, Step } from '../wire/step.ts';
import type { FaultParameters } from './selection.ts';

/** Everything a fault may look at while it decides what goes on the wire. */
export interface Scene {
  readonly protocol: Protocol;
  readonly turn: Turn;
  readonly framing: FramingName;
  /** Status 200 headers of the good answer. */
  readonly headers: Headers;
  readonly frames: () => Iterator<Frame>;
  readonly parameters: FaultParameters;
  /** Paces the chunks. */
  readonly random: Random;
}

/** Plays a good answer at its pace, a part at a time, so that a fault can do something else in between. */
export interface Playback {
  /** The wait for headers, then the headers. */
  readonly headers: (extra?: Headers) => Generator<Step>;
  /** Frames until `chunks` content frames have been played, or none is left. Never plays what follows the content. */
  readonly upTo: (chunks: number) => Generator<Step>;
  /** All that is left. */
  readonly rest: (options?: RestOptions) => Generator<Step>;
  /** Takes the next frame without playing it. */
  readonly take: () => Frame | undefined;
  /** Frames taken so far, played or not. */
  readonly position: () => number;
  /** The step that puts a frame on the wire. */
  readonly write: (frame: Frame) => Step;
  readonly encode: (frame: Frame) => Buffer;
}

export interface RestOptions {
  readonly without?: readonly FrameRole[];
  /** As fast as possible. */
  readonly unpaced?: boolean;
}

const AFTER_CONTENT: ReadonlySet<FrameRole> = new Set(['finish', 'usage', 'terminal']);

export function createPlayback(scene: Scene, style: SseStyle = USUAL_SSE): Playback {
  const frames = scene.frames();
  let next = frames.next();
  let contentPlayed = 0;
  let position = 0;

  function take(): Frame | undefined {
    if (next.done === true) return undefined;
    const frame = next.value;
    next = frames.next();
    position += 1;
    return frame;
  }

  function pauseBefore(frame: Frame): number {
    if (frame.role !== 'content') return 0;
    const { ttftMs, headersMs, gapMs, jitter } = scene.turn.timing;
    contentPlayed += 1;
    return contentPlayed === 1 ? Math.max(0, ttftMs - headersMs) : logNormal(scene.random, gapMs, jitter);
  }

  const encode = (frame: Frame) => Buffer.from(encodeFrame(scene.framing, frame, style));
  const write = (frame: Frame): Step => ({ do: 'write', bytes: encode(frame), frames: [frame] });

  function* paced(frame: Frame): Generator<Step> {
    const ms = pauseBefore(frame);
    if (ms > 0) yield { do: 'wait', ms };
    yield write(frame);
  }

  return {
    *headers(extra = {}) {
      yield { do: 'wait', ms: scene.turn.timing.headersMs };
      yield { do: 'respond', status: 200, headers: { ...scene.headers, ...extra } };
    },
    *upTo(chunks) {
      while (next.done !== true && !AFTER_CONTENT.has(next.value.role)) {
        if (next.value.role === 'content' && contentPlayed >= chunks) return;
        const frame = take();
        if (frame !== undefined) yield* paced(frame);
      }
    },
    *rest({ without = [], unpaced = false } = {}) {
      for (let frame = take(); frame !== undefined; frame = take()) {
        if (without.includes(frame.role)) continue;
        if (unpaced) yield write(frame);
        else yield* paced(frame);
      }
    },
    take,
    position: () => position,
    write,
    encode,
  };
}
