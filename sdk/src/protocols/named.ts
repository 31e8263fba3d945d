import { type Protocol, protocols } from './index.ts';

/** `weir.stream.protocol`, and `anthropic` for short. */
export const protocolNames = [
  'openai_chat',
  'openai_completions',
  'openai_responses',
  'openai_assistants',
  'transcription',
  'anthropic_messages',
  'anthropic',
  'gemini',
  'gemini_interactions',
  'cohere',
  'cohere_v1',
  'bedrock',
  'bedrock_agents',
  'ollama',
  'mistral_conversations',
  'ai_sdk',
  'ai_sdk_data',
  'replicate',
  'watsonx',
  'huggingface',
  'sse',
  'ndjson',
] as const;
export type ProtocolName = (typeof protocolNames)[number];

/**
 * @param given a wire format, or its name; of those that come in several framings, the first one.
 * @throws {TypeError} on a name that there is not; it lists those that there are.
 */
export function protocolGiven(given: Protocol | ProtocolName): Protocol {
  if (typeof given !== 'string') return given;
  const name = given === 'anthropic' ? 'anthropic_messages' : given;
  const protocol = protocols.find((one) => one.name === name);
  if (protocol !== undefined) return protocol;
  throw new TypeError(`weir: there is no protocol "${given}"; there are ${protocolNames.join(', ')}`);
}
