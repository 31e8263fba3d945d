import { anthropicMessages } from './anthropic-messages.ts';
import { bedrock } from './bedrock.ts';
import { cohere, cohereV1 } from './cohere.ts';
import { gemini, geminiJson } from './gemini.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import { genericSse } from './generic.ts';
import { huggingface } from './huggingface.ts';
import { ollama } from './ollama.ts';
import { openaiAssistants } from './openai-assistants.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import type { Protocol } from './protocol.ts';
import { replicate } from './replicate.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Target } from './request-target.ts';
import { watsonx } from './watsonx.ts';

type Request = Pick<RequestFacts, 'model' | 'stream' | 'input'> | undefined;

interface Route {
  /** Matched against the whole path without a trailing slash; ends of paths, so that any base URL will do. */
  readonly path: RegExp;
  readonly protocol: Protocol;
  readonly method?: 'GET';
  /** A condition for paths that others use as well. */
  readonly when?: (target: Target, request: Request) => boolean;
}

const routes: readonly Route[] = [
  { path: /\/chat\/completions$/, protocol: openaiChat },
  { path: /\/text\/chat_stream$/, protocol: openaiChat },
  { path: /\/cortex\/inference:complete$/, protocol: openaiChat },
  { path: /\/responses$/, protocol: openaiResponses },
  { path: /\/responses\/[^/]+$/, protocol: openaiResponses, method: 'GET', when: asksForStream },
  {
    path: /\/threads(\/[^/]+)?\/runs(\/[^/]+\/submit_tool_outputs)?$/,
    protocol: openaiAssistants,
    when: mayStream,
  },
  { path: /\/messages$/, protocol: anthropicMessages, when: isNoThread },
  { path: /\/v1\/complete$/, protocol: anthropicMessages },
  { path: /\/publishers\/anthropic\/models\/[^/]+:(streamR|r)awPredict$/, protocol: anthropicMessages },
  { path: /\/publishers\/[^/]+\/models\/[^/]+:(streamR|r)awPredict$/, protocol: openaiChat },
  { path: /:streamGenerateContent$/, protocol: gemini, when: isServerSent },
  { path: /:(streamG|g)enerateContent$/, protocol: geminiJson },
  { path: /\/interactions$/, protocol: geminiInteractions },
  { path: /\/interactions\/[^/]+$/, protocol: geminiInteractions, method: 'GET', when: asksForStream },
  { path: /\/model\/[^/]+\/(converse|invoke)(-stream|-with-response-stream)?$/, protocol: bedrock },
  { path: /\/ml\/v1[^/]*\/((text\/generation|generation\/text)(_stream)?)$/, protocol: watsonx },
  // Agents and fill-in-the-middle of Mistral, stored prompts of Portkey: the path of completions, the events of chats.
  { path: /\/(agents|fim|prompts\/[^/]+)\/completions$/, protocol: openaiChat },
  { path: /\/serving-endpoints\/[^/]+\/invocations$/, protocol: openaiChat },
  { path: /\/completions$/, protocol: openaiCompletions },
  { path: /\/v2\/chat$/, protocol: cohere },
  { path: /\/v1\/(chat|generate)$/, protocol: cohereV1, when: ({ host }) => /cohere\.(com|ai)$/.test(host) },
  { path: /\/v1\/chat$/, protocol: openaiChat, when: ({ host }) => /writer\.com$/.test(host) },
  { path: /\/v1\/chat$/, protocol: cohereV1, when: (_, request) => request?.input === 'message' },
  { path: /\/v1\/chat$/, protocol: openaiChat, when: (_, request) => request?.input === 'messages' },
  { path: /\/api\/(chat|generate)$/, protocol: ollama, when: isOllama },
  { path: /\/generate_stream$/, protocol: huggingface },
  { path: /\/models\/[^/]+\/[^/]+$/, protocol: huggingface, when: isHuggingface },
  { path: /\/v1\/(streams|files)\/[^/]+$/, protocol: replicate, method: 'GET', when: isReplicate },
  { path: /\/ai\/run\/@/, protocol: genericSse },
];

/** @returns undefined where the path is of none of the known services. */
export function protocolOfRoute(target: Target, method: string, request: Request): Protocol | undefined {
  const verb = method.toUpperCase();
  return routes.find(
    (route) =>
      verb === (route.method ?? 'POST') &&
      route.path.test(target.path) &&
      (route.when === undefined || route.when(target, request)),
  )?.protocol;
}

/** Google streams one JSON array unless it is asked for server-sent events. */
function isServerSent({ query }: Target): boolean {
  return query.get('alt') === 'sse';
}

/** A run that is not streamed is polled: the call that starts it tells nothing of its answer. */
function mayStream(_target: Target, request: Request): boolean {
  return request === undefined || request.stream === true;
}

function asksForStream({ query }: Target): boolean {
  return query.get('stream') === 'true' || query.get('alt') === 'sse';
}

/** `POST /threads/{id}/messages` of the Assistants API stores a message and answers nothing. */
function isNoThread({ path }: Target): boolean {
  return !/\/threads\/[^/]+\/messages$/.test(path);
}

/** Web applications call their own endpoint `/api/chat` too, but do not name a model to it as Ollama's clients do. */
function isOllama({ port }: Target, request: Request): boolean {
  if (port === '11434') return true;
  return request?.model !== undefined && (request.input === 'messages' || request.input === 'prompt');
}

/** One path for every task of a model: only text is generated as a stream. */
function isHuggingface(target: Target, request: Request): boolean {
  return /(^|\.)huggingface\.co$/.test(target.host) && mayStream(target, request);
}

function isReplicate({ host }: Target): boolean {
  return /(^|\.)replicate\.(com|net|delivery)$/.test(host);
}
