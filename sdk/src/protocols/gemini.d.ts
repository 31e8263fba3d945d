import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/**
 * Generate content: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent, on Vertex AI too.
 * There is no end mark: the last `finishReason` is the end. Some models say `STOP` on every chunk, so one on an early
 * chunk is not the end.
 */
export declare const gemini: Protocol;
/** Without `alt=sse` the same events come as the elements of one JSON array. */
export declare const geminiJson: Protocol;
export declare function readGenerateContent(answer: Answer, value: unknown): EventKind;
