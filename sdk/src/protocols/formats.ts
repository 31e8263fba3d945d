import { EventStreamFramer } from '../framing/eventstream.ts';
import { JsonFramer } from '../framing/json-stream.ts';
import { aiSdk } from './ai-sdk.ts';
import { aiSdkData } from './ai-sdk-data.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrock } from './bedrock.ts';
import { bedrockAgents } from './bedrock-agents.ts';
import { cohere, cohereV1, cohereV1Sse } from './cohere.ts';
import { gemini, geminiJson } from './gemini.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import type { FormatMark } from './generic-reader.ts';
import { huggingface } from './huggingface.ts';
import { asArray, asObject, asText } from './json.ts';
import { mistralConversations } from './mistral-conversations.ts';
import { ollama } from './ollama.ts';
import { openaiAssistants } from './openai-assistants.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import { replicate } from './replicate.ts';
import type { Target } from './request-target.ts';
import { transcription } from './transcription.ts';
import { watsonx } from './watsonx.ts';
import type { RequestHint, WireFormat } from './wire-format.ts';

export const openaiResponsesFormat: WireFormat = {
  routes: [
    { path: /\/responses$/, protocol: openaiResponses },
    { path: /\/responses\/[^/]+$/, protocol: openaiResponses, method: 'GET', when: asksForStream },
  ],
  marks: [[openaiResponses, (_, type) => type.startsWith('response.')]],
};

export const anthropicFormat: WireFormat = {
  routes: [
    { path: /\/messages$/, protocol: anthropicMessages, when: isNoThread },
    { path: /\/v1\/complete$/, protocol: anthropicMessages },
    {
      path: /\/publishers\/anthropic\/models\/[^/]+:(streamR|r)awPredict$/,
      protocol: anthropicMessages,
    },
  ],
  marks: [
    [
      anthropicMessages,
      (_, type) => /^(message_(start|delta|stop)|content_block_\w+|completion)$/.test(type),
    ],
  ],
};

export const openaiAssistantsFormat: WireFormat = {
  routes: [
    {
      path: /\/threads(\/[^/]+)?\/runs(\/[^/]+\/submit_tool_outputs)?$/,
      protocol: openaiAssistants,
      when: mayStream,
    },
  ],
  marks: [[openaiAssistants, (event) => /^thread\.(run|message)/.test(asText(event.object) ?? '')]],
};

export const bedrockFormat: WireFormat = {
  routes: [
    {
      path: /\/model\/[^/]+\/(converse|invoke)(-stream|-with-response-stream)?$/,
      protocol: bedrock,
    },
  ],
  marks: [[bedrock, (event) => event.messageStart !== undefined || event.contentBlockDelta !== undefined]],
  byFraming: { eventstream: bedrock },
  framers: { eventstream: EventStreamFramer },
};

export const bedrockAgentsFormat: WireFormat = {
  routes: [
    {
      path: /\/agents\/[^/]+\/agentAliases\/[^/]+\/sessions\/[^/]+\/text$|\/flows\/[^/]+\/aliases\/[^/]+$|\/retrieveAndGenerateStream$/,
      protocol: bedrockAgents,
    },
  ],
  framers: { eventstream: EventStreamFramer },
};

export const mistralConversationsFormat: WireFormat = {
  routes: [
    {
      path: /\/v1\/conversations(\/[^/]+(\/restart)?)?$/,
      protocol: mistralConversations,
      when: isMistralConversation,
    },
  ],
  marks: [[mistralConversations, (_, type) => /^(conversation\.response\.|message\.output\.)/.test(type)]],
};

export const transcriptionFormat: WireFormat = {
  routes: [{ path: /\/audio\/(transcriptions|translations)$/, protocol: transcription, when: mayStream }],
  marks: [
    [transcription, (_, type) => /^(transcript|transcription)\.(text|segment|done|language)/.test(type)],
  ],
};

export const cohereFormat: WireFormat = {
  routes: [
    { path: /\/v2\/chat$/, protocol: cohere },
    {
      path: /\/v1\/(chat|generate)$/,
      protocol: cohereV1,
      when: ({ host }) => /cohere\.(com|ai)$/.test(host),
    },
    { path: /\/v1\/chat$/, protocol: cohereV1, when: (_, request) => request?.input === 'message' },
  ],
  marks: [
    [cohere, (_, type) => /^(message-(start|end)|content-(start|delta|end)|tool-plan-delta)$/.test(type)],
    [cohereV1, (event) => /^(stream-(start|end)|text-generation)$/.test(asText(event.event_type) ?? '')],
  ],
  variants: [[cohereV1, cohereV1Sse]],
};

export const aiSdkFormat: WireFormat = {
  marks: [
    [aiSdk, (_, type) => /^(start-step|(text|reasoning)-(start|delta|end)|tool-input-\w+)$/.test(type)],
  ],
  headers: [['x-vercel-ai-ui-message-stream', aiSdk]],
};

export const aiSdkDataFormat: WireFormat = { headers: [['x-vercel-ai-data-stream', aiSdkData]] };

export const geminiFormat: WireFormat = {
  routes: [
    { path: /:streamGenerateContent$/, protocol: gemini, when: isServerSent },
    { path: /:(streamG|g)enerateContent$/, protocol: geminiJson },
    { path: /\/interactions$/, protocol: geminiInteractions },
    {
      path: /\/interactions\/[^/]+$/,
      protocol: geminiInteractions,
      method: 'GET',
      when: asksForStream,
    },
  ],
  marks: [
    [
      geminiInteractions,
      (event) => /^(interaction\.\w+|(step|content)\.(start|delta))$/.test(asText(event.event_type) ?? ''),
    ],
    [
      gemini,
      (event) =>
        [event, asObject(event.response)].some(
          (e) => Array.isArray(e?.candidates) || asObject(e?.promptFeedback) !== undefined,
        ),
    ],
  ],
  variants: [
    [gemini, geminiJson],
    [geminiJson, gemini],
  ],
  framers: { json: JsonFramer },
};

export const openaiChatMarks: readonly FormatMark[] = [
  [
    openaiChat,
    (event) => asArray(event.choices).some(isChatChoice) || event.object === 'chat.completion.chunk',
  ],
];

export const openaiChatFormat: WireFormat = {
  routes: [
    { path: /\/chat\/completions$/, protocol: openaiChat },
    { path: /\/text\/chat_stream$/, protocol: openaiChat },
    { path: /\/cortex\/inference:complete$/, protocol: openaiChat },
    { path: /\/publishers\/[^/]+\/models\/[^/]+:(streamR|r)awPredict$/, protocol: openaiChat },
    // Agents and fill-in-the-middle of Mistral, stored prompts of Portkey: the path of completions, the events of chats.
    { path: /\/(agents|fim|prompts\/[^/]+)\/completions$/, protocol: openaiChat },
    { path: /\/serving-endpoints\/[^/]+\/invocations$/, protocol: openaiChat },
    { path: /\/v1\/chat$/, protocol: openaiChat, when: ({ host }) => /writer\.com$/.test(host) },
    { path: /\/v1\/chat$/, protocol: openaiChat, when: (_, request) => request?.input === 'messages' },
  ],
  marks: openaiChatMarks,
};

export const openaiCompletionsFormat: WireFormat = {
  routes: [{ path: /\/completions$/, protocol: openaiCompletions }],
  marks: [
    [
      openaiCompletions,
      (event) => asArray(event.choices).some((choice) => typeof asObject(choice)?.text === 'string'),
    ],
  ],
};

export const ollamaFormat: WireFormat = {
  routes: [{ path: /\/api\/(chat|generate)$/, protocol: ollama, when: isOllama }],
  marks: [
    [
      ollama,
      (event) =>
        typeof event.done === 'boolean' &&
        (typeof event.response === 'string' || asObject(event.message) !== undefined),
    ],
  ],
};

export const watsonxFormat: WireFormat = {
  routes: [{ path: /\/ml\/v1[^/]*\/((text\/generation|generation\/text)(_stream)?)$/, protocol: watsonx }],
  marks: [
    [
      watsonx,
      (event) =>
        asArray(event.results).some((result) => typeof asObject(result)?.generated_text === 'string'),
    ],
  ],
};

export const huggingfaceFormat: WireFormat = {
  routes: [
    { path: /\/generate_stream$/, protocol: huggingface },
    { path: /\/models\/[^/]+\/[^/]+$/, protocol: huggingface, when: isHuggingface },
  ],
  marks: [[huggingface, (event) => typeof asObject(event.token)?.text === 'string']],
};

export const replicateFormat: WireFormat = {
  routes: [{ path: /\/v1\/(streams|files)\/[^/]+$/, protocol: replicate, method: 'GET', when: isReplicate }],
};

/** Workers AI: each model has events of its own. */
export const cloudflareFormat: WireFormat = { routes: [{ path: /\/ai\/run\/@/ }] };

/**
 * Every wire format that is known. The order matters where paths or events of two overlap: Cohere and Anthropic at paths
 * that compatibles of OpenAI use too, chats before completions.
 */
export const formats: readonly WireFormat[] = [
  openaiResponsesFormat,
  anthropicFormat,
  openaiAssistantsFormat,
  bedrockFormat,
  bedrockAgentsFormat,
  mistralConversationsFormat,
  transcriptionFormat,
  cohereFormat,
  aiSdkFormat,
  aiSdkDataFormat,
  geminiFormat,
  openaiChatFormat,
  openaiCompletionsFormat,
  ollamaFormat,
  watsonxFormat,
  huggingfaceFormat,
  replicateFormat,
  cloudflareFormat,
];

function isChatChoice(choice: unknown): boolean {
  const object = asObject(choice);
  return asObject(object?.delta) !== undefined || asObject(object?.message) !== undefined;
}

/** Google streams one JSON array unless it is asked for server-sent events. */
function isServerSent({ query }: Target): boolean {
  return query.get('alt') === 'sse';
}

/** A run that is not streamed is polled: the call that starts it tells nothing of its answer. */
function mayStream(_target: Target, request: RequestHint | undefined): boolean {
  return request === undefined || request.stream === true;
}

/** Mistral's own client hands `fetch` a request whose body cannot be looked at; OpenAI keeps conversations there too. */
function isMistralConversation({ host, path }: Target, request: RequestHint | undefined): boolean {
  const isMistral = /(^|\.)mistral\.ai$/.test(host) || path.includes('/mistral/');
  return request?.stream ?? (isMistral && request?.input === undefined);
}

function asksForStream({ query }: Target): boolean {
  return query.get('stream') === 'true' || query.get('alt') === 'sse';
}

/** `POST /threads/{id}/messages` of the Assistants API stores a message and answers nothing. */
function isNoThread({ path }: Target): boolean {
  return !/\/threads\/[^/]+\/messages$/.test(path);
}

/** Web applications call their own endpoint `/api/chat` too, but do not name a model to it as Ollama's clients do. */
function isOllama({ port }: Target, request: RequestHint | undefined): boolean {
  if (port === '11434') return true;
  return request?.model !== undefined && (request.input === 'messages' || request.input === 'prompt');
}

/** One path for every task of a model: only text is generated as a stream. */
function isHuggingface(target: Target, request: RequestHint | undefined): boolean {
  return /(^|\.)huggingface\.co$/.test(target.host) && mayStream(target, request);
}

function isReplicate({ host }: Target): boolean {
  return /(^|\.)replicate\.(com|net|delivery)$/.test(host);
}
