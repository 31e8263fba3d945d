import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/** text-generation-inference: https://huggingface.co/docs/text-generation-inference/messages_api, `/generate_stream`. */
export declare const huggingface: Protocol;
export declare function readToken(answer: Answer, value: unknown): EventKind;
