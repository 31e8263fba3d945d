export { type BodyReaderOptions, createBodyReader } from '../framing/body-reader.ts';
export { anthropicMessages } from './anthropic-messages.ts';
export { genericSse } from './generic.ts';
export type { HeaderSource } from './headers.ts';
export { classifyHttpError, type HttpErrorFacts, type HttpErrorResponse } from './http-error.ts';
export { openaiChat } from './openai-chat.ts';
export type * from './protocol.ts';
export { type Exchange, type Recognition, recogniseProtocol } from './recognise.ts';
export {
  type AttachmentFacts,
  type RequestBody,
  type RequestFacts,
  type RequestFactsOptions,
  requestFacts,
} from './request-facts.ts';
export { type ResponseFacts, responseFacts } from './response-facts.ts';

import { anthropicMessages } from './anthropic-messages.ts';
import { openaiChat } from './openai-chat.ts';
import type { Protocol } from './protocol.ts';

/** Every wire format that is read. */
export const protocols: readonly Protocol[] = [openaiChat, anthropicMessages];
