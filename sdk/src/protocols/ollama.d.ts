import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/** Chat and generate: https://github.com/ollama/ollama/blob/main/docs/api.md. */
export declare const ollama: Protocol;
export declare function readOllamaObject(answer: Answer, value: unknown): EventKind;
