import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/** Messages: https://platform.claude.com/docs/en/build-with-claude/streaming. Also inside Bedrock and Vertex. */
export declare const anthropicMessages: Protocol;
/** Reads one event of a message; Bedrock wraps the same events in its own frames. */
export declare function readMessageEvent(answer: Answer, value: unknown): EventKind;
