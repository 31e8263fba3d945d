import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * Generate content: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent, on Vertex AI too.
 * There is no end mark: the last `finishReason` is the end. Some models say `STOP` on every chunk, so one on an early
 * chunk is not the end.
 */
export const gemini: Protocol = {
  name: 'gemini',
  operation: 'generate_content',
  framing: 'sse',
  hasTerminalEvent: false,
  reasoningTokensAreExtra: true,
  deltas: { content: ['text'], ignored: ['createTime', 'thoughtSignature'] },
  open: (answer) => ({ read: (_event, value) => readGenerateContent(answer, value) }),
};

/** Without `alt=sse` the same events come as the elements of one JSON array. */
export const geminiJson: Protocol = { ...gemini, framing: 'json' };

export function readGenerateContent(answer: Answer, value: unknown): EventKind {
  const outer = asObject(value);
  if (outer === undefined) return 'event';
  // Code Assist wraps each event in `response`.
  const event = outer.candidates === undefined ? (asObject(outer.response) ?? outer) : outer;
  answer.fail(errorWordsIn(event));
  answer.identify(event.responseId, event.modelVersion);
  readUsage(answer, asObject(event.usageMetadata));
  if (isBlocked(asObject(event.promptFeedback)?.blockReason)) answer.end('prompt_blocked');
  let kind: EventKind = 'event';
  for (const [position, candidate] of asArray(event.candidates).entries()) {
    const read = readCandidate(answer, asObject(candidate) ?? {}, position);
    if (kind !== 'chunk' && read !== 'event') kind = read;
  }
  return kind;
}

/** Google's clients for Go and gRPC ask for enums as numbers: `$alt=json;enum-encoding=int`. */
function enumWord(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

function isBlocked(blockReason: unknown): boolean {
  return asText(enumWord(blockReason)) !== undefined && blockReason !== 0;
}

function readUsage(answer: Answer, usage: JsonObject | undefined): void {
  answer.count({
    input: usage?.promptTokenCount,
    output: usage?.candidatesTokenCount,
    cacheRead: usage?.cachedContentTokenCount,
    reasoning: usage?.thoughtsTokenCount,
  });
}

function readCandidate(answer: Answer, candidate: JsonObject, position: number): EventKind {
  const index = typeof candidate.index === 'number' ? candidate.index : position;
  const kind = kindOfParts(asArray(asObject(candidate.content)?.parts));
  answer.open(index);
  if (kind !== 'event') answer.reopen(index);
  answer.finish(index, enumWord(candidate.finishReason));
  return kind;
}

function kindOfParts(parts: readonly unknown[]): EventKind {
  let kind: EventKind = 'event';
  for (const item of parts) {
    const part = asObject(item) ?? {};
    const isEmptyText = part.text === '' || Object.keys(part).every((key) => key === 'thoughtSignature');
    if (isEmptyText) continue;
    if (part.thought !== true) return 'chunk';
    kind = 'reasoning';
  }
  return kind;
}
