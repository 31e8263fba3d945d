import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/** Legacy completions: https://platform.openai.com/docs/api-reference/completions. Served by vLLM, llama.cpp and others. */
export declare const openaiCompletions: Protocol;
export declare function readCompletionChunk(answer: Answer, value: unknown): EventKind;
