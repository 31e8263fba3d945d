/** Wire formats for the `protocols` of a page, each on its own; `formats` is all of them. Services know them anyway. */
export {
  aiSdkDataFormat as aiSdkData,
  anthropicFormat as anthropic,
  bedrockAgentsFormat as bedrockAgents,
  bedrockFormat as bedrock,
  cloudflareFormat as cloudflare,
  cohereFormat as cohere,
  formats,
  geminiFormat as gemini,
  huggingfaceFormat as huggingface,
  mistralConversationsFormat as mistralConversations,
  ollamaFormat as ollama,
  openaiAssistantsFormat as openaiAssistants,
  openaiCompletionsFormat as openaiCompletions,
  openaiResponsesFormat as openaiResponses,
  replicateFormat as replicate,
  transcriptionFormat as transcription,
  watsonxFormat as watsonx,
} from './protocols/formats.ts';
export {
  type RequestBody,
  type RequestFacts,
  type RequestFactsOptions,
  requestFacts,
} from './protocols/request-facts.ts';
export type { Route, WireFormat } from './protocols/wire-format.ts';
