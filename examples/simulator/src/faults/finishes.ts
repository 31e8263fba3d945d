import type { Step } from '../wire/step.ts';
import type { FaultDefinition } from './fault.ts';
import { createPlayback, type Scene } from './playback.ts';

/** The good answer from start to end; what it ends with is up to the model. */
export function* playWell(scene: Scene): Generator<Step> {
  const playback = createPlayback(scene);
  yield* playback.headers();
  yield* playback.rest();
  yield { do: 'end' };
}

/** Ends that the model or the provider chose: no transport trouble at all. */
export const finishes = [
  {
    name: 'completed',
    wire: 'A whole answer: content, finish reason, terminal event, clean end. `none` is the same.',
    reason: 'completed',
    stage: 'done',
    play: playWell,
  },
  {
    name: 'length',
    wire: 'The answer stops at the token limit and says so.',
    reason: 'length',
    stage: 'done',
    finish: 'length',
    play: playWell,
  },
  {
    name: 'content_filter',
    wire: 'The answer stops with the finish reason of a content filter.',
    reason: 'content_filter',
    stage: 'done',
    protocols: ['openai_chat', 'openai_responses', 'gemini', 'bedrock'],
    finish: 'content_filter',
    play: playWell,
  },
  {
    name: 'refusal',
    wire: 'The model declines: refusal deltas with finish reason `stop`, or a stop reason `refusal` mid-answer.',
    reason: 'refusal',
    stage: 'done',
    protocols: ['openai_chat', 'openai_responses', 'anthropic'],
    finish: 'refusal',
    play: playWell,
  },
  {
    name: 'tool_call',
    wire: "The answer is a call of the request's first tool (or of `get_weather`), its arguments streamed.",
    reason: 'tool_call',
    stage: 'done',
    nuances: {
      openai_responses: {
        note: 'Status `completed`; the output item is a `function_call`.',
        acceptable: ['completed'],
      },
      gemini: { note: '`finishReason` is `STOP`; the part is a `functionCall`.', acceptable: ['completed'] },
      ollama: {
        note: '`done_reason` is `stop`; the message carries `tool_calls`.',
        acceptable: ['completed'],
      },
    },
    finish: 'tool_call',
    play: playWell,
  },
  {
    name: 'pause',
    wire: 'A long turn is paused: stop reason `pause_turn`.',
    reason: 'paused',
    stage: 'done',
    protocols: ['anthropic'],
    finish: 'pause',
    play: playWell,
  },
  {
    name: 'prompt_blocked',
    wire: 'No answer: `promptFeedback.blockReason` instead of candidates.',
    reason: 'prompt_blocked',
    stage: 'done',
    protocols: ['gemini'],
    finish: 'prompt_blocked',
    play: playWell,
  },
  {
    name: 'early_finish',
    wire: 'A chunk in the middle carries `finishReason: STOP`, and content goes on after it.',
    reason: 'completed',
    stage: 'done',
    protocols: ['gemini'],
    parameters: ['after'],
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* playback.upTo(scene.parameters.after);
      const frame = playback.take();
      if (frame !== undefined) {
        // Candidates are the only objects that begin with their content.
        const data = frame.data.replace('{"candidates":[{', '{"candidates":[{"finishReason":"STOP",');
        yield playback.write({ ...frame, data });
      }
      yield* playback.rest();
      yield { do: 'end' };
    },
  },
] as const satisfies readonly FaultDefinition[];
