import { aiSdkUi } from './ai-sdk-ui.ts';
import { anthropic } from './anthropic.ts';
import { bedrock } from './bedrock.ts';
import { bedrockInvoke } from './bedrock-invoke.ts';
import { cohere } from './cohere.ts';
import { gemini } from './gemini.ts';
import { ollama } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import type { Protocol } from './protocol.ts';

/**
 * The wire formats the simulator serves, in the order their routes are tried. Two of one name are two endpoints of one
 * provider, which fails at both in the same way.
 */
export const protocols: readonly Protocol[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  anthropic,
  gemini,
  ollama,
  cohere,
  bedrock,
  bedrockInvoke,
  aiSdkUi,
];
