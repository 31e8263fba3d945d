/**
 * What reading a body costs the SDK, per read, over doing nothing: `node bench/sdk-frames.ts`.
 *
 * Each scenario feeds the same stream again and again: one frame per read, as providers flush, and 16 frames per
 * read, as they arrive after a stall. The inputs are checked first: a reader that sees no chunks is fast as well.
 */
import { bench, do_not_optimize, group, run } from 'mitata';
import { createBodyReader, type Protocol, protocols } from '../sdk/src/protocols/index.ts';

interface Scenario {
  readonly name: string;
  readonly protocol: string;
  readonly first: string;
  readonly frame: (word: string) => string;
}

const words = ['The', ' quick', ' brown', ' fox', ' says \\"hi\\"', ' to', ' Größe', ' and', ' goes', '.'];
const padding = ['', 'a', 'bX', 'q3f', 'Tz91k', 'wE2d0p', 'Kq81zPa', 'mmN3x', 'h', 'uU7b'];

const scenarios: readonly Scenario[] = [
  {
    name: 'OpenAI chat, 262 bytes',
    protocol: 'openai_chat',
    first: chatFrame('{"role":"assistant","content":""}'),
    frame: (word) => chatFrame(`{"content":"${word}"}`),
  },
  {
    name: 'OpenAI chat with padding, 290 bytes',
    protocol: 'openai_chat',
    first: chatFrame('{"role":"assistant","content":""}', ',"obfuscation":"Zk3"'),
    frame: (word) =>
      chatFrame(`{"content":"${word}"}`, `,"obfuscation":"${padding[words.indexOf(word)] ?? ''}"`),
  },
  {
    name: 'Anthropic messages, 140 bytes',
    protocol: 'anthropic_messages',
    first:
      'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","model":"claude","usage":{"input_tokens":9}}}\n\n',
    frame: (word) =>
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${word}"}}\n\n`,
  },
  {
    name: 'OpenAI responses, 230 bytes',
    protocol: 'openai_responses',
    first:
      'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1","model":"gpt"}}\n\n',
    frame: (word) =>
      `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":${words.indexOf(word) + 4},"item_id":"msg_04041325ab8ae30400698c519fb7fc8197","output_index":0,"content_index":0,"delta":"${word}","logprobs":[]}\n\n`,
  },
  {
    name: 'Gemini, 330 bytes, usage in every chunk',
    protocol: 'gemini',
    first: geminiFrame('Hi', 1),
    frame: (word) => geminiFrame(word, words.indexOf(word) + 2),
  },
  {
    name: 'Ollama, 130 bytes',
    protocol: 'ollama',
    first: ollamaFrame(' '),
    frame: ollamaFrame,
  },
];

function chatFrame(delta: string, tail = ''): string {
  return `data: {"id":"chatcmpl-ABfw1e5abtU8OwGr15vOreYVb2MiF","object":"chat.completion.chunk","created":1727346169,"model":"gpt-4o-2024-08-06","system_fingerprint":"fp_5050236cbd","choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":null}]${tail}}\n\n`;
}

function geminiFrame(word: string, tokens: number): string {
  return `data: {"candidates": [{"content": {"parts": [{"text": "${word}"}],"role": "model"}}],"usageMetadata": {"promptTokenCount": 9,"candidatesTokenCount": ${tokens},"totalTokenCount": ${tokens + 9},"promptTokensDetails": [{"modality": "TEXT","tokenCount": 9}]},"modelVersion": "gemini-2.5-flash","responseId": "beHBaJfEMIi-qtsP3769-Q8"}\r\n\r\n`;
}

function ollamaFrame(word: string): string {
  return `{"model":"llama3","created_at":"2026-05-24T20:26:46.2948${words.indexOf(word) + 10}Z","message":{"role":"assistant","content":"${word}"},"done":false}\n`;
}

function protocolNamed(name: string): Protocol {
  const found = protocols.find((protocol) => protocol.name === name);
  if (found === undefined) throw new Error(`no protocol is called ${name}`);
  return found;
}

function checked(scenario: Scenario, reads: readonly Uint8Array[], framesPerRead: number) {
  const reader = createBodyReader(protocolNamed(scenario.protocol));
  reader.push(new TextEncoder().encode(scenario.first));
  for (const bytes of reads) {
    const { chunks } = reader.push(bytes);
    if (chunks !== framesPerRead)
      throw new Error(`${scenario.name}: ${chunks} chunks in ${framesPerRead} frames`);
  }
  return reader;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** What any reader pays at least, and what one pays that parses every delta. */
function benchBaselines(frames: readonly Uint8Array[]): void {
  let next = 0;
  const frame = () => frames[next++ % frames.length] ?? frames[0];
  bench('decode only', () => do_not_optimize(decoder.decode(frame()).length));
  bench('decode and JSON.parse', () => {
    const text = decoder.decode(frame());
    do_not_optimize(JSON.parse(text.slice(text.indexOf('{'))));
  });
}

for (const scenario of scenarios) {
  group(scenario.name, () => {
    benchBaselines(words.map((word) => encoder.encode(scenario.frame(word))));
    for (const framesPerRead of [1, 16]) {
      const frames = Array.from({ length: framesPerRead * words.length }, (_, i) =>
        scenario.frame(words[i % words.length] ?? ''),
      );
      const reads = words.map((_, i) =>
        encoder.encode(frames.slice(i * framesPerRead, (i + 1) * framesPerRead).join('')),
      );
      const reader = checked(scenario, reads, framesPerRead);
      let next = 0;
      bench(`push, ${framesPerRead} frame(s) a read`, () => {
        const bytes = reads[next % reads.length];
        next += 1;
        if (bytes !== undefined) do_not_optimize(reader.push(bytes).chunks);
      });
    }
  });
}

await run({ format: process.argv.includes('--json') ? 'json' : 'mitata' });
