import { aiSdk } from './ai-sdk.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { genericNdjson, genericSse } from './generic.ts';
import { openaiChat } from './openai-chat.ts';
import type { Protocol } from './protocol.ts';

export { type BodyReaderOptions, createBodyReader } from '../framing/body-reader.ts';
export type { AttachmentFacts } from './attachments.ts';
export { framingOf } from './content-type.ts';
export type { HeaderSource } from './headers.ts';
export { classifyHttpError, type HttpErrorFacts, type HttpErrorResponse } from './http-error.ts';
export type * from './protocol.ts';
export { type Exchange, type Recognition, recogniseProtocol } from './recognise.ts';
export {
  type InputMember,
  type RequestBody,
  type RequestFacts,
  type RequestFactsOptions,
  requestFacts,
} from './request-facts.ts';
export { type ResponseFacts, responseFacts } from './response-facts.ts';
export { aiSdk, anthropicMessages, genericNdjson, genericSse, openaiChat };
/** Every wire format that is read. */
export declare const protocols: readonly Protocol[];
