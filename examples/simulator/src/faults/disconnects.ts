import type { Step } from '../wire/step.ts';
import type { FaultDefinition } from './fault.ts';
import { createPlayback, type Playback, type Scene } from './playback.ts';

type Ending = Extract<Step, { do: 'end' | 'close' | 'reset' }>;

const CLOSES_EARLY = ['truncated'] as const;

function* beforeHeaders(scene: Scene, ending: Ending): Generator<Step> {
  yield { do: 'wait', ms: scene.turn.timing.headersMs };
  yield ending;
}

function* upToTheCut(scene: Scene): Generator<Step, Playback> {
  const playback = createPlayback(scene);
  yield* playback.headers();
  yield* playback.upTo(scene.parameters.after);
  return playback;
}

function* betweenFrames(scene: Scene, ending: Ending): Generator<Step> {
  yield* upToTheCut(scene);
  yield ending;
}

function* insideFrame(scene: Scene, ending: Ending): Generator<Step> {
  const playback = yield* upToTheCut(scene);
  const frame = playback.take();
  if (frame !== undefined) {
    const bytes = Buffer.from(playback.encode(frame));
    yield { do: 'write', bytes: bytes.subarray(0, Math.ceil(bytes.length / 2)), frames: [] };
  }
  yield ending;
}

function* afterHeaders(scene: Scene, ending: Ending): Generator<Step> {
  yield* createPlayback(scene).headers();
  yield ending;
}

function* withoutRole(scene: Scene, role: 'terminal' | 'finish'): Generator<Step> {
  const playback = createPlayback(scene);
  yield* playback.headers();
  yield* playback.rest({ without: [role] });
  yield { do: 'end' };
}

/** The connection breaks, or the body ends, at a bad place. RST, FIN without the end of the body, and a clean end differ. */
export const disconnects = [
  {
    name: 'reset_before_headers',
    wire: 'RST instead of an answer.',
    reason: 'connect_error',
    stage: 'headers',
    play: (scene) => beforeHeaders(scene, { do: 'reset' }),
  },
  {
    name: 'close_before_headers',
    wire: 'FIN instead of an answer ("empty reply", "socket hang up").',
    reason: 'connect_error',
    stage: 'headers',
    play: (scene) => beforeHeaders(scene, { do: 'close' }),
  },
  {
    name: 'reset_after_headers',
    wire: 'Headers, then RST before any body byte.',
    reason: 'reset',
    stage: 'first_chunk',
    play: (scene) => afterHeaders(scene, { do: 'reset' }),
  },
  {
    name: 'reset_between_frames',
    wire: 'RST after `after` chunks, at the end of a frame.',
    reason: 'reset',
    stage: 'streaming',
    parameters: ['after'],
    play: (scene) => betweenFrames(scene, { do: 'reset' }),
  },
  {
    name: 'reset_in_frame',
    wire: 'RST after `after` chunks and half of another.',
    reason: 'reset',
    stage: 'streaming',
    parameters: ['after'],
    play: (scene) => insideFrame(scene, { do: 'reset' }),
  },
  {
    name: 'premature_close',
    wire: 'FIN after `after` chunks without the end of the chunked body, as proxies cut.',
    reason: 'reset',
    stage: 'streaming',
    acceptable: CLOSES_EARLY,
    parameters: ['after'],
    play: (scene) => betweenFrames(scene, { do: 'close' }),
  },
  {
    name: 'eof_after_headers',
    wire: 'Headers, then a clean end: an empty body.',
    reason: 'truncated',
    stage: 'first_chunk',
    play: (scene) => afterHeaders(scene, { do: 'end' }),
  },
  {
    name: 'eof_between_frames',
    wire: 'A clean end of the body after `after` chunks: no finish reason, no terminal event.',
    reason: 'truncated',
    stage: 'streaming',
    parameters: ['after'],
    play: (scene) => betweenFrames(scene, { do: 'end' }),
  },
  {
    name: 'eof_in_frame',
    wire: 'A clean end of the body after `after` chunks and half of another.',
    reason: 'truncated',
    stage: 'streaming',
    parameters: ['after'],
    play: (scene) => insideFrame(scene, { do: 'end' }),
  },
  {
    name: 'missing_terminal',
    wire: 'Finish reason, then a clean end without `[DONE]`, `message_stop` or `metadata`. Complete all the same.',
    reason: 'completed',
    stage: 'done',
    protocols: ['openai_chat', 'anthropic', 'cohere', 'bedrock'],
    streamOnly: true,
    play: (scene) => withoutRole(scene, 'terminal'),
  },
  {
    name: 'missing_finish',
    wire: 'The terminal event without any finish reason. Complete all the same.',
    reason: 'completed',
    stage: 'done',
    protocols: ['openai_chat', 'anthropic'],
    streamOnly: true,
    play: (scene) => withoutRole(scene, 'finish'),
  },
  {
    name: 'reset_after_terminal',
    wire: 'A whole answer with its terminal event, then RST.',
    reason: 'completed',
    stage: 'done',
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.rest();
      yield { do: 'reset' };
    },
  },
] as const satisfies readonly FaultDefinition[];
