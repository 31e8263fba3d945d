import { anthropic } from './anthropic.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { gemini } from './gemini.ts';
import { ollama } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import type { Protocol } from './protocol.ts';

/** The wire formats the simulator serves, in the order their routes are tried. */
export const protocols: readonly Protocol[] = [
  openaiChat,
  openaiResponses,
  anthropic,
  gemini,
  ollama,
  cohere,
  bedrock,
];
