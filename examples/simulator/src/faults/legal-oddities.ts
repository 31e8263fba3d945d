import { TEXT_PROTOCOLS } from '../protocols/protocol.ts';
import { type SseStyle, USUAL_SSE } from '../wire/frame.ts';
import type { Step } from '../wire/step.ts';
import type { FaultDefinition } from './fault.ts';
import { createPlayback, type Scene } from './playback.ts';

const SSE = ['openai_chat', 'openai_responses', 'anthropic', 'gemini', 'cohere'] as const;
/** Three writes cut most frames inside a field name, a multi-byte character or the blank line sooner or later. */
const WRITES_PER_FRAME = 3;

function* styled(scene: Scene, change: Partial<SseStyle>): Generator<Step> {
  const playback = createPlayback(scene, { ...USUAL_SSE, ...change });
  yield* playback.headers();
  yield* playback.rest();
  yield { do: 'end' };
}

function* eachWrite(
  steps: Iterable<Step>,
  replace: (step: Extract<Step, { do: 'write' }>) => Iterable<Step>,
) {
  for (const step of steps) {
    if (step.do === 'write') yield* replace(step);
    else yield step;
  }
}

/** Good streams in forms that the specifications allow and that careless parsers get wrong. All of them complete. */
export const legalOddities = [
  {
    name: 'crlf',
    wire: 'Lines end in CRLF.',
    reason: 'completed',
    stage: 'done',
    protocols: SSE,
    streamOnly: true,
    play: (scene) => styled(scene, { newline: '\r\n' }),
  },
  {
    name: 'no_space',
    wire: '`data:{…}` without the space after the colon.',
    reason: 'completed',
    stage: 'done',
    protocols: SSE,
    streamOnly: true,
    play: (scene) => styled(scene, { spaceAfterColon: false }),
  },
  {
    name: 'data_before_event',
    wire: 'The `data` line comes before the `event` line of the same frame.',
    reason: 'completed',
    stage: 'done',
    protocols: ['openai_responses', 'anthropic', 'cohere'],
    streamOnly: true,
    play: (scene) => styled(scene, { dataBeforeEvent: true }),
  },
  {
    name: 'comments',
    wire: 'A comment line as keep-alive before every frame.',
    reason: 'completed',
    stage: 'done',
    protocols: SSE,
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* eachWrite(playback.rest(), function* withComment(step) {
        yield { do: 'write', bytes: ': keep-alive\n\n', frames: [] };
        yield step;
      });
      yield { do: 'end' };
    },
  },
  {
    name: 'byte_order_mark',
    wire: 'The body begins with a byte order mark.',
    reason: 'completed',
    stage: 'done',
    protocols: SSE,
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield { do: 'write', bytes: '\uFEFF', frames: [] };
      yield* playback.rest();
      yield { do: 'end' };
    },
  },
  {
    name: 'no_final_blank_line',
    wire: 'The last frame lacks the blank line (or newline) that ends it.',
    reason: 'completed',
    stage: 'done',
    protocols: TEXT_PROTOCOLS,
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      let held: Extract<Step, { do: 'write' }> | undefined;
      for (const step of playback.rest()) {
        if (held !== undefined) yield held;
        held = step.do === 'write' ? step : undefined;
        if (step.do !== 'write') yield step;
      }
      if (held !== undefined) yield { ...held, bytes: String(held.bytes).trimEnd() };
      yield { do: 'end' };
    },
  },
  {
    name: 'split_writes',
    wire: 'Every frame leaves in several writes, cut at arbitrary bytes.',
    reason: 'completed',
    stage: 'done',
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers();
      yield* eachWrite(playback.rest(), (step) => inPieces(step, scene));
      yield { do: 'end' };
    },
  },
  {
    name: 'wrong_content_type',
    wire: 'A good stream under `Content-Type: text/plain`.',
    reason: 'completed',
    stage: 'done',
    streamOnly: true,
    *play(scene) {
      const playback = createPlayback(scene);
      yield* playback.headers({ 'content-type': 'text/plain; charset=utf-8' });
      yield* playback.rest();
      yield { do: 'end' };
    },
  },
] as const satisfies readonly FaultDefinition[];

function* inPieces(step: Extract<Step, { do: 'write' }>, scene: Scene): Generator<Step> {
  const bytes = Buffer.from(step.bytes);
  let start = 0;
  for (let piece = 1; piece < WRITES_PER_FRAME; piece += 1) {
    const end = start + Math.ceil(scene.random() * (bytes.length - start - (WRITES_PER_FRAME - piece)));
    yield { do: 'write', bytes: bytes.subarray(start, end), frames: [] };
    // Without a pause the kernel would join the pieces again.
    yield { do: 'wait', ms: 1 };
    start = end;
  }
  yield { do: 'write', bytes: bytes.subarray(start), frames: step.frames };
}
