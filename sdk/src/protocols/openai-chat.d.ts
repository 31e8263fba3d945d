import type { Answer } from './answer.ts';
import { type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';
/**
 * Chat completions: https://platform.openai.com/docs/api-reference/chat-streaming. Spoken by most providers, of which
 * some send no `[DONE]` (Perplexity, Writer), some no finish reason (Snowflake), some cumulative `message`s beside
 * the deltas, and some an error object in place of a chunk.
 */
export declare const openaiChat: Protocol;
export declare function readChatChunk(answer: Answer, value: unknown): EventKind;
export declare function readOpenaiUsage(answer: Answer, chunk: JsonObject): void;
