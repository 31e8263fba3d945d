import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/**
 * Responses: https://platform.openai.com/docs/api-reference/responses-streaming. A resumed stream
 * (`GET /responses/{id}?stream=true&starting_after=N`) begins in the middle and ends like any other.
 */
export declare const openaiResponses: Protocol;
export declare function readResponseEvent(
  answer: Answer,
  name: string | undefined,
  value: unknown,
): EventKind;
