import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/** Chat v2: https://docs.cohere.com/v2/reference/chat-stream. */
export declare const cohere: Protocol;
/** Chat v1: https://docs.cohere.com/v1/reference/chat-stream. The same events come as SSE where that was asked for. */
export declare const cohereV1: Protocol;
export declare const cohereV1Sse: Protocol;
export declare function readChatEvent(answer: Answer, value: unknown): EventKind;
/** Reads one event of chat v1; Bedrock serves the same for Command R. */
export declare function readLegacyEvent(answer: Answer, value: unknown): EventKind;
