import { aiSdk } from './ai-sdk.ts';
import { aiSdkData } from './ai-sdk-data.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrock } from './bedrock.ts';
import { bedrockAgents } from './bedrock-agents.ts';
import { cohere, cohereV1, cohereV1Sse } from './cohere.ts';
import { gemini, geminiJson } from './gemini.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import { genericNdjson, genericSse } from './generic.ts';
import { huggingface } from './huggingface.ts';
import { mistralConversations } from './mistral-conversations.ts';
import { ollama } from './ollama.ts';
import { openaiAssistants } from './openai-assistants.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import type { Protocol } from './protocol.ts';
import { replicate } from './replicate.ts';
import { transcription } from './transcription.ts';
import { watsonx } from './watsonx.ts';

export { type BodyReaderOptions, createBodyReader } from '../framing/body-reader.ts';
export { fullKnowledge } from './full-knowledge.ts';
export type { HeaderSource } from './headers.ts';
export { classifyHttpError, type HttpErrorFacts } from './http-error.ts';
export type * from './protocol.ts';
export { recogniseProtocol } from './recognise.ts';
export type { Recognition } from './recogniser.ts';
export {
  type RequestBody,
  type RequestFacts,
  requestFacts,
} from './request-facts.ts';
export { responseFacts } from './response-facts.ts';
export type { WireKnowledge } from './wire-knowledge.ts';
export { aiSdk, anthropicMessages, genericNdjson, genericSse, openaiChat };

/** Every wire format that is read. */
export const protocols: readonly Protocol[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  openaiAssistants,
  transcription,
  anthropicMessages,
  gemini,
  geminiJson,
  geminiInteractions,
  cohere,
  cohereV1,
  cohereV1Sse,
  bedrock,
  bedrockAgents,
  ollama,
  mistralConversations,
  aiSdk,
  aiSdkData,
  replicate,
  watsonx,
  huggingface,
  genericSse,
  genericNdjson,
];
