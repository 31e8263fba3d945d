import { TEXT_PROTOCOLS } from '../protocols/protocol.ts';
import type { Step } from '../wire/step.ts';
import type { FaultDefinition } from './fault.ts';
import { createPlayback, type Scene } from './playback.ts';

const DEFAULT_PAUSE_MS = 30_000;

/** Silence of `stall`, or until the client leaves if unset. */
function* silence(scene: Scene): Generator<Step> {
  const { stallMs } = scene.parameters;
  if (stallMs === undefined) yield { do: 'hang' };
  else yield { do: 'wait', ms: stallMs };
  yield { do: 'close' };
}

/** Signs of life without content, for `stall` (forever if unset). */
function* keepAlives(scene: Scene): Generator<Step> {
  const { stallMs = Number.POSITIVE_INFINITY, everyMs } = scene.parameters;
  const bytes = scene.framing === 'sse' ? scene.protocol.keepAlive : '\n';
  for (let elapsedMs = 0; elapsedMs < stallMs; elapsedMs += everyMs) {
    yield { do: 'write', bytes, frames: [] };
    yield { do: 'wait', ms: everyMs };
  }
  yield { do: 'close' };
}

/** Silences. Without `stall` they last until the client leaves, so that the client's own timer decides. */
export const stalls = [
  {
    name: 'headers_stall',
    wire: 'The request is read and never answered.',
    reason: 'headers_timeout',
    stage: 'headers',
    endedBy: 'observer',
    parameters: ['stall'],
    play: silence,
  },
  {
    name: 'first_chunk_stall',
    wire: 'Headers and the opening events, then nothing.',
    reason: 'first_chunk_timeout',
    stage: 'first_chunk',
    endedBy: 'observer',
    parameters: ['stall'],
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.upTo(0);
      yield* silence(scene);
    },
  },
  {
    name: 'first_chunk_keepalive',
    wire: 'Headers, then only pings or comments every `every`: alive, but no progress.',
    reason: 'first_chunk_timeout',
    stage: 'first_chunk',
    endedBy: 'observer',
    protocols: TEXT_PROTOCOLS,
    parameters: ['every', 'stall'],
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.upTo(0);
      yield* keepAlives(scene);
    },
  },
  {
    name: 'idle_stall',
    wire: 'Silence after `after` chunks.',
    reason: 'idle_timeout',
    stage: 'streaming',
    endedBy: 'observer',
    parameters: ['after', 'stall'],
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.upTo(scene.parameters.after);
      yield* silence(scene);
    },
  },
  {
    name: 'idle_keepalive',
    wire: 'After `after` chunks only pings or comments every `every`.',
    reason: 'idle_timeout',
    stage: 'streaming',
    endedBy: 'observer',
    protocols: TEXT_PROTOCOLS,
    parameters: ['after', 'every', 'stall'],
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.upTo(scene.parameters.after);
      yield* keepAlives(scene);
    },
  },
  {
    name: 'stall_then_continue',
    wire: 'Silence of `stall` (30 s) after `after` chunks, then the rest and a good end.',
    reason: 'completed',
    stage: 'done',
    parameters: ['after', 'stall'],
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.upTo(scene.parameters.after);
      yield { do: 'wait', ms: scene.parameters.stallMs ?? DEFAULT_PAUSE_MS };
      yield* playback.rest();
      yield { do: 'end' };
    },
  },
  {
    name: 'buffered',
    wire: 'Silence of `stall` (30 s) after `after` chunks, then all the rest in a single write: something buffers.',
    reason: 'completed',
    stage: 'done',
    parameters: ['after', 'stall'],
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.upTo(scene.parameters.after);
      yield { do: 'wait', ms: scene.parameters.stallMs ?? DEFAULT_PAUSE_MS };
      const frames = [];
      for (let frame = playback.take(); frame !== undefined; frame = playback.take()) frames.push(frame);
      yield { do: 'write', bytes: Buffer.concat(frames.map(playback.encode)), frames };
      yield { do: 'end' };
    },
  },
  {
    name: 'hang_after_terminal',
    wire: 'A whole answer with its terminal event, but the connection is never closed.',
    reason: 'completed',
    stage: 'done',
    endedBy: 'observer',
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.rest();
      yield { do: 'hang' };
    },
  },
] as const satisfies readonly FaultDefinition[];
