import type { ProtocolName } from '../protocols/protocol.ts';

/** How a test asks for an answer in each protocol, and what it looks for in the bytes. */
export interface WireFormat {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The same request without a stream. */
  readonly documentPath: string;
  readonly documentBody: Readonly<Record<string, unknown>>;
  /** One match per content chunk of a text answer. */
  readonly chunk: RegExp;
  readonly finish: string;
  /** `undefined` where the finish reason is all there is. */
  readonly terminal: string | undefined;
  /** The provider's own form of an error inside a stream. */
  readonly streamError: string;
}

const messages = [{ role: 'user', content: 'How does a weir measure a river?' }];
const chat = { model: 'gpt-4o-mini', messages };
const responses = { model: 'gpt-4o-mini', input: 'How does a weir measure a river?' };
const claude = { model: 'claude-sonnet-5', max_tokens: 4096, messages };
const gemini = { contents: [{ role: 'user', parts: [{ text: 'How does a weir measure a river?' }] }] };
const cohere = { model: 'command-a-03-2025', messages };
const bedrock = { messages: [{ role: 'user', content: [{ text: 'How does a weir measure a river?' }] }] };
const ollama = { model: 'llama3.3', messages };

export const wireFormats: Readonly<Record<ProtocolName, WireFormat>> = {
  openai_chat: {
    path: '/v1/chat/completions',
    body: { ...chat, stream: true },
    documentPath: '/v1/chat/completions',
    documentBody: chat,
    chunk: /"delta":\{"content":/g,
    finish: '"finish_reason":"stop"',
    terminal: '[DONE]',
    streamError: 'data: {"error":{"message":"The server had an error',
  },
  openai_responses: {
    path: '/v1/responses',
    body: { ...responses, stream: true },
    documentPath: '/v1/responses',
    documentBody: responses,
    chunk: /"type":"response.output_text.delta"/g,
    finish: '"type":"response.completed"',
    terminal: '"type":"response.completed"',
    streamError: 'event: error\ndata: {"type":"error","sequence_number":',
  },
  anthropic: {
    path: '/v1/messages',
    body: { ...claude, stream: true },
    documentPath: '/v1/messages',
    documentBody: claude,
    chunk: /"type":"text_delta"/g,
    finish: '"stop_reason":"end_turn"',
    terminal: '{"type":"message_stop"}',
    streamError: 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"',
  },
  gemini: {
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    body: gemini,
    documentPath: '/v1beta/models/gemini-2.5-flash:generateContent',
    documentBody: gemini,
    chunk: /\{"text":"[^"]/g,
    finish: '"finishReason":"STOP"',
    terminal: undefined,
    streamError: 'data: {"error":{"code":503',
  },
  ollama: {
    path: '/api/chat',
    body: ollama,
    documentPath: '/api/chat',
    documentBody: { ...ollama, stream: false },
    chunk: /"content":"[^"]/g,
    finish: '"done_reason":"stop"',
    terminal: '"done":true',
    streamError: '{"error":"model runner',
  },
  cohere: {
    path: '/v2/chat',
    body: { ...cohere, stream: true },
    documentPath: '/v2/chat',
    documentBody: cohere,
    chunk: /"message":\{"content":\{"text":"[^"]/g,
    finish: '"finish_reason":"COMPLETE"',
    terminal: '[DONE]',
    streamError: 'event: message-end\ndata: {"type":"message-end","delta":{"error":',
  },
  bedrock: {
    path: '/model/amazon.nova-lite-v1:0/converse-stream',
    body: bedrock,
    documentPath: '/model/amazon.nova-lite-v1:0/converse',
    documentBody: bedrock,
    chunk: /"delta":\{"text":"[^"]/g,
    finish: '"stopReason":"end_turn"',
    terminal: '"totalTokens"',
    streamError: 'modelStreamErrorException',
  },
};
