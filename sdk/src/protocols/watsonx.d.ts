import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/** Text generation: https://cloud.ibm.com/apidocs/watsonx-ai#text-generation-stream. Its chat speaks `openai_chat`. */
export declare const watsonx: Protocol;
export declare function readResults(answer: Answer, value: unknown): EventKind;
