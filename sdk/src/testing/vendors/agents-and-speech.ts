import {
  BedrockAgentRuntimeClient,
  InvokeAgentCommand,
  RetrieveAndGenerateStreamCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { HTTPClient, Mistral } from '@mistralai/mistralai';
import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import OpenAI, { toFile } from 'openai';
import type { Fetch } from '../../fetch/observe-fetch.ts';
import { eventStreamMessage } from '../eventstream-message.ts';
import type { FramedAnswer } from '../framed-server.ts';

/** A client of an API that is no chat, and what its provider answers. */
export interface SpecialClient {
  readonly name: string;
  readonly protocol: string;
  /** The body of a request that is refused for its rate. */
  readonly refusal: string;
  readonly answer: FramedAnswer;
  readonly error: Uint8Array;
  /** What a clean end in the middle is. */
  readonly cutShort: 'truncated' | 'completed';
  open(call: SpecialCall): Promise<AsyncIterable<unknown>>;
}

export interface SpecialCall {
  readonly url: string;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

const encoder = new TextEncoder();
const prompt = 'How does a weir measure a stream?';
const words = ['A weir ', 'measures ', 'by its ', 'head of ', 'water.'];

function serverSent(...events: readonly object[]): Uint8Array[] {
  return events.map((event) => {
    const type = (event as { type?: string }).type;
    return encoder.encode(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  });
}

const mistralConversation: SpecialClient = {
  name: '@mistralai/mistralai conversations.startStream',
  protocol: 'mistral_conversations',
  refusal: JSON.stringify({
    object: 'error',
    message: 'Requests rate limit exceeded',
    type: 'rate_limited',
    code: '1300',
  }),
  answer: {
    contentType: 'text/event-stream; charset=utf-8',
    frames: serverSent(
      { type: 'conversation.response.started', conversation_id: 'conv_1' },
      ...words.map((content) => ({
        type: 'message.output.delta',
        id: 'msg_1',
        output_index: 0,
        content_index: 0,
        model: 'mistral-medium-latest',
        role: 'assistant',
        content,
      })),
      {
        type: 'conversation.response.done',
        usage: { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 },
      },
    ),
  },
  error:
    serverSent({ type: 'conversation.response.error', message: 'Service unavailable', code: 3700 })[0] ??
    encoder.encode(''),
  cutShort: 'truncated',
  open: ({ url, fetch, signal }) => {
    const httpClient = new HTTPClient({ fetcher: (input, init) => fetch(input, init) });
    const client = new Mistral({ apiKey: 'none', serverURL: `${url}/mistral`, httpClient });
    return client.beta.conversations.startStream(
      { model: 'mistral-medium-latest', inputs: prompt },
      { retries: { strategy: 'none' }, fetchOptions: { signal } },
    );
  },
};

const openaiTranscription: SpecialClient = {
  name: 'openai audio.transcriptions',
  protocol: 'transcription',
  refusal: JSON.stringify({
    error: { message: 'Rate limit reached', type: 'tokens', code: 'rate_limit_exceeded' },
  }),
  answer: {
    contentType: 'text/event-stream; charset=utf-8',
    frames: serverSent(...words.map((delta) => ({ type: 'transcript.text.delta', delta })), {
      type: 'transcript.text.done',
      text: words.join(''),
      usage: { type: 'tokens', input_tokens: 14, output_tokens: 5, total_tokens: 19 },
    }),
  },
  error: encoder.encode(
    `data: ${JSON.stringify({ error: { message: 'The server had an error', type: 'server_error', code: null } })}\n\n`,
  ),
  cutShort: 'truncated',
  async open({ url, fetch, signal }) {
    const client = new OpenAI({
      apiKey: 'none',
      baseURL: `${url}/v1`,
      fetch,
      maxRetries: 0,
      logLevel: 'off',
    });
    const file = await toFile(new Uint8Array(2048), 'speech.wav', { type: 'audio/wav' });
    return client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', stream: true, file }, { signal });
  },
};

function awsMessage(type: string, payload: object, kind = 'event'): Uint8Array {
  const headers = { [`:${kind}-type`]: type, ':content-type': 'application/json', ':message-type': kind };
  return eventStreamMessage(headers, JSON.stringify(payload));
}

function agentClient({ url, fetch }: SpecialCall): BedrockAgentRuntimeClient {
  return new BedrockAgentRuntimeClient({
    region: 'us-east-1',
    endpoint: url,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: new FetchHttpHandler({ customFetch: fetch }),
  });
}

const throttled = JSON.stringify({ message: 'Too many requests', __type: 'ThrottlingException' });
const dependencyFailed = awsMessage('internalServerException', { message: 'The model failed' }, 'exception');

const invokeAgent: SpecialClient = {
  name: '@aws-sdk/client-bedrock-agent-runtime InvokeAgent',
  protocol: 'bedrock_agents',
  refusal: throttled,
  answer: {
    contentType: 'application/vnd.amazon.eventstream',
    frames: [
      awsMessage('trace', { sessionId: 'session', trace: {} }),
      ...words.map((word) => awsMessage('chunk', { bytes: Buffer.from(word).toString('base64') })),
      awsMessage('trace', { sessionId: 'session', trace: {} }),
    ],
  },
  error: dependencyFailed,
  cutShort: 'completed',
  async open(call) {
    const command = new InvokeAgentCommand({
      agentId: 'AGENT12345',
      agentAliasId: 'ALIAS12345',
      sessionId: 'session',
      inputText: prompt,
      enableTrace: true,
    });
    const { completion } = await agentClient(call).send(command, { abortSignal: call.signal });
    if (completion === undefined) throw new Error('the answer has no stream');
    return completion;
  },
};

const retrieveAndGenerate: SpecialClient = {
  name: '@aws-sdk/client-bedrock-agent-runtime RetrieveAndGenerateStream',
  protocol: 'bedrock_agents',
  refusal: throttled,
  answer: {
    contentType: 'application/vnd.amazon.eventstream',
    frames: [
      ...words.map((text) => awsMessage('output', { text })),
      awsMessage('citation', { citation: { generatedResponsePart: {}, retrievedReferences: [] } }),
      awsMessage('guardrail', { action: 'NONE' }),
    ],
  },
  error: dependencyFailed,
  cutShort: 'completed',
  async open(call) {
    const command = new RetrieveAndGenerateStreamCommand({
      input: { text: prompt },
      retrieveAndGenerateConfiguration: {
        type: 'KNOWLEDGE_BASE',
        knowledgeBaseConfiguration: { knowledgeBaseId: 'KB12345678', modelArn: 'anthropic.claude-sonnet-5' },
      },
    });
    const { stream } = await agentClient(call).send(command, { abortSignal: call.signal });
    if (stream === undefined) throw new Error('the answer has no stream');
    return stream;
  },
};

export const specialClients: readonly SpecialClient[] = [
  mistralConversation,
  openaiTranscription,
  invokeAgent,
  retrieveAndGenerate,
];
