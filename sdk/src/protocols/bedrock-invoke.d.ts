import type { Answer } from './answer.ts';
import { type JsonObject } from './json.ts';
import type { EventKind } from './protocol.ts';
/**
 * One event of InvokeModelWithResponseStream that is neither Anthropic's nor Nova's. The models are told apart by the
 * members of their events: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html.
 */
export declare function readInvokeChunk(answer: Answer, event: JsonObject): EventKind;
