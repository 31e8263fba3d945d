import type { ChatClient } from '../clients.ts';
import { aiSdkClients } from './ai-sdk.ts';
import { aiSdkUiClients } from './ai-sdk-ui.ts';
import { anthropicClients } from './anthropic.ts';
import { axiosClients, axiosHttp } from './axios.ts';
import { bedrockClients } from './bedrock.ts';
import { cohereClients } from './cohere.ts';
import { googleClients } from './google.ts';
import { ollamaClients } from './ollama.ts';
import { openaiClients } from './openai.ts';
import { undiciRequest } from './undici.ts';

/** Every client that calls `fetch`, so that an observed one sees all of it. */
export const fetchClients: readonly ChatClient[] = [
  ...openaiClients,
  ...anthropicClients,
  ...googleClients,
  ...aiSdkClients,
  ...aiSdkUiClients,
  ...ollamaClients,
  ...cohereClients,
  ...bedrockClients,
  ...axiosClients,
];

/** Clients whose streams are observed where the application takes hold of them, in their own form. */
export const streamClients: readonly ChatClient[] = [
  axiosHttp,
  undiciRequest,
  ...fetchClients.filter(({ name }) => !/\(\)$|^ai |^axios|Invoke/.test(name)),
];
