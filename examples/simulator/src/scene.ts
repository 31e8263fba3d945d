import type { Answer } from './answer.ts';
import { composeAnswer } from './compose.ts';
import type { FaultDefinition } from './faults/fault.ts';
import type { Scene } from './faults/playback.ts';
import type { FaultSelection } from './faults/selection.ts';
import type { ChatRequest, Protocol, Turn, Usage } from './protocols/protocol.ts';
import { seededRandom } from './random.ts';
import { type Timing, type TimingOverrides, timingFor } from './timing.ts';
import type { Frame } from './wire/frame.ts';

const GOLDEN = 0x9e3779b9;
/** A document leaves in this many writes, so that it too can be cut in the middle. */
const DOCUMENT_SLICES = 8;

export interface SceneInputs {
  readonly protocol: Protocol;
  readonly request: ChatRequest;
  readonly definition: FaultDefinition;
  readonly selection: FaultSelection;
  readonly overrides: TimingOverrides;
  readonly seed: number;
  /** Distinguishes the ids of two requests with the same seed. */
  readonly ordinal: number;
  readonly epochMs: number;
}

/** Composes the whole answer, from the seed, before anything is sent. */
export function createScene(inputs: SceneInputs): Scene {
  const { protocol, request, selection, seed } = inputs;
  const paceRandom = seededRandom(seed ^ GOLDEN);
  const streamTiming = timingFor(request.model, inputs.overrides, paceRandom);
  const timing = request.stream ? streamTiming : documentTiming(streamTiming);
  const contentRandom = seededRandom(seed);
  const answers = Array.from({ length: request.choices }, () =>
    composeAnswer(request, streamTiming.chunks, inputs.definition.finish, protocol.manner, contentRandom),
  );
  const idRandom = seededRandom(seed ^ Math.imul(inputs.ordinal, GOLDEN));
  const turn: Turn = {
    ...protocol.newIds(idRandom),
    model: request.model,
    createdAtMs: inputs.epochMs,
    timing,
    idRandom,
    request,
    answers,
    usage: usageOf(request, answers),
  };
  const type = request.stream ? protocol.streamType : 'application/json';
  return {
    protocol,
    turn,
    framing: request.stream ? protocol.framing : 'document',
    headers: { ...protocol.headers(turn), 'content-type': type },
    frames: () => (request.stream ? protocol.frames(turn) : documentFrames(protocol, turn)),
    parameters: selection,
    random: paceRandom,
  };
}

/** Without a stream the client waits for the whole generation before it gets even the headers. */
function documentTiming(timing: Timing): Timing {
  const wholeMs = timing.ttftMs + timing.chunks * timing.gapMs;
  return { ...timing, headersMs: wholeMs, ttftMs: wholeMs, gapMs: 0, jitter: 0 };
}

function usageOf(request: ChatRequest, answers: readonly Answer[]): Usage {
  return {
    inputTokens: request.inputTokens,
    outputTokens: answers.reduce((sum, answer) => sum + answer.outputTokens, 0),
    reasoningTokens: answers.reduce((sum, answer) => sum + answer.reasoningTokens, 0),
  };
}

function* documentFrames(protocol: Protocol, turn: Turn): Generator<Frame> {
  const document = JSON.stringify(protocol.document(turn));
  const size = Math.ceil(document.length / DOCUMENT_SLICES);
  for (let start = 0; start < document.length; start += size) {
    const data = document.slice(start, start + size);
    yield start === 0
      ? { role: 'content', data, text: turn.answers[0]?.text.join('') ?? '' }
      : { role: 'content', data };
  }
}
