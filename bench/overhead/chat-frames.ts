/** The frames of a chat answer, as OpenAI sends them: about 260 bytes each, one word a chunk. */
const encoder = new TextEncoder();
const words = ['The', ' quick', ' brown', ' fox', ' says \\"hi\\"', ' to', ' Größe', ' and', ' goes', '.'];

function frame(delta: string, finish: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(
    `data: {"id":"chatcmpl-ABfw1e5abtU8OwGr15vOreYVb2MiF","object":"chat.completion.chunk","created":1727346169,"model":"gpt-4.1-2025-04-14","system_fingerprint":"fp_5050236cbd","choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]}\n\n`,
  );
}

const first = frame('{"role":"assistant","content":"","refusal":null}', 'null');
const middle = words.map((word) => frame(`{"content":"${word}"}`, 'null'));
const last = [frame('{}', '"stop"'), encoder.encode('data: [DONE]\n\n')];

/** @returns frame number `index` of an answer of `chunks` chunks; undefined after its end. */
export function chatFrame(index: number, chunks: number): Uint8Array<ArrayBuffer> | undefined {
  if (index === 0) return first;
  if (index <= chunks) return middle[index % middle.length];
  return last[index - chunks - 1];
}

/** How a request tells the server the number of chunks that it wants. */
export const chunksHeader = 'x-chunks';
