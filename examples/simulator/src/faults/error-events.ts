import type { Frame } from '../wire/frame.ts';
import type { Step } from '../wire/step.ts';
import type { FaultDefinition } from './fault.ts';
import { createPlayback, type Playback, type Scene } from './playback.ts';

function* upTo(scene: Scene, chunks: number): Generator<Step, Playback> {
  const playback = createPlayback(scene);
  yield* playback.headers();
  yield* playback.upTo(chunks);
  return playback;
}

function* writeAll(playback: Playback, frames: readonly Frame[]): Generator<Step> {
  for (const frame of frames) yield playback.write(frame);
}

/** Everything after the content of the answer: its finish, usage and terminal frames. */
function tailOf(playback: Playback): Frame[] {
  const tail: Frame[] = [];
  for (let frame = playback.take(); frame !== undefined; frame = playback.take()) {
    if (frame.role === 'finish' || frame.role === 'usage' || frame.role === 'terminal') tail.push(frame);
  }
  return tail;
}

/** Errors the provider reports inside a stream that began with HTTP 200. */
export const errorEvents = [
  {
    name: 'error_event',
    wire: "After `after` chunks an error in the provider's own form, then a clean end.",
    reason: 'provider_error',
    stage: 'streaming',
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      const playback = yield* upTo(scene, scene.parameters.after);
      yield* writeAll(playback, scene.protocol.streamError(scene.turn, playback.position()));
      yield { do: 'end' };
    },
  },
  {
    name: 'error_first',
    wire: "An error in the provider's own form before any chunk, then a clean end.",
    reason: 'provider_error',
    stage: 'first_chunk',
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* writeAll(playback, scene.protocol.streamError(scene.turn, playback.position()));
      yield { do: 'end' };
    },
  },
  {
    name: 'error_event_field',
    wire: 'The error object under an SSE field `event: error`, in a protocol whose events have no name.',
    reason: 'provider_error',
    stage: 'streaming',
    protocols: ['openai_chat', 'gemini'],
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      const playback = yield* upTo(scene, scene.parameters.after);
      const frames = scene.protocol
        .streamError(scene.turn, playback.position())
        .map((frame) => ({ ...frame, event: 'error' }));
      yield* writeAll(playback, frames);
      yield { do: 'end' };
    },
  },
  {
    name: 'error_bare',
    wire: 'The error object as bare JSON, outside any `data:` field, then a clean end.',
    reason: 'provider_error',
    stage: 'streaming',
    protocols: ['openai_chat', 'openai_responses', 'anthropic', 'gemini'],
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      yield* upTo(scene, scene.parameters.after);
      const { body } = scene.protocol.failure('server_error', scene.turn, scene.parameters);
      yield { do: 'write', bytes: `${JSON.stringify(body)}\n\n`, frames: [] };
      yield { do: 'end' };
    },
  },
  {
    name: 'error_then_finish',
    wire: 'An error after `after` chunks, and still the finish reason `length` and the terminal event.',
    reason: 'provider_error',
    stage: 'streaming',
    protocols: ['openai_chat', 'anthropic', 'gemini', 'ollama'],
    parameters: ['after'],
    finish: 'length',
    streamOnly: true,
    *play(scene) {
      const playback = yield* upTo(scene, scene.parameters.after);
      yield* writeAll(playback, scene.protocol.streamError(scene.turn, playback.position()));
      yield* writeAll(playback, tailOf(playback));
      yield { do: 'end' };
    },
  },
  {
    name: 'error_after_terminal',
    wire: 'A whole answer with its terminal event, then an error. Not a failure.',
    reason: 'completed',
    stage: 'done',
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.rest();
      yield* writeAll(playback, scene.protocol.streamError(scene.turn, playback.position()));
      yield { do: 'end' };
    },
  },
] as const satisfies readonly FaultDefinition[];
