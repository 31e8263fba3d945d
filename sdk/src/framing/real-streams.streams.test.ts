import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerFacts,
  genericNdjson,
  genericSse,
  type Protocol,
  protocols,
  recogniseProtocol,
} from '../protocols/index.ts';
import { readBody } from '../testing/read-body.ts';
import {
  bodyOf,
  type RecordedStream,
  recordedStreams,
  recordingsAreHere,
} from '../testing/recorded-streams.ts';
import { readSizes, split } from '../testing/splits.ts';

/** Wire formats by the name that the recordings give them. */
const nameByApi: Readonly<Record<string, string>> = {
  openai_chat: 'openai_chat',
  openai_completions: 'openai_completions',
  openai_responses: 'openai_responses',
  anthropic: 'anthropic_messages',
  gemini: 'gemini',
  bedrock_eventstream: 'bedrock',
  cohere_v2: 'cohere',
  cohere_v1_ndjson: 'cohere_v1',
  ollama: 'ollama',
  replicate: 'replicate',
  watsonx: 'watsonx',
};

const { count, entries } = recordedStreams();

if (!recordingsAreHere) {
  describe('recorded streams', () => {
    it.skip('are not on this machine: the real-stream suite was skipped', () => {});
  });
}

describe.runIf(recordingsAreHere)('the recorded streams', () => {
  it('are all there', () => {
    expect(entries.length).toBe(count);
    expect(count).toBeGreaterThan(100);
    expect(entries.filter((entry) => nameByApi[entry.api] === undefined)).toEqual([]);
  });

  describe.each(entries.map((entry) => [entry.file, entry] as const))('%s', (_file, entry) => {
    const body = bodyOf(entry);
    const protocol = protocolOf(entry);

    it('ends as its last bytes say', () => {
      const { facts, malformed, midFrame, broken } = readBody(protocol, [body]);
      expect(endingOf(facts)).toBe(expectedEnding(entry));
      expect({ malformed, midFrame, broken }).toEqual({ malformed: 0, midFrame: false, broken: undefined });
    });

    it('gives ids, tokens, finish reasons and events as sent', () => {
      const { facts, events, chunks, visibleChunks } = readBody(protocol, [body]);
      const { expected } = entry;
      expect(known(expected, facts)).toEqual(known(expected, undefined));
      if (expected.data_events !== null) expect(events).toBe(expected.data_events);
      if (expected.reasoning && facts.reasoningTokens === undefined)
        expect(chunks).toBeGreaterThan(visibleChunks);
      expect(facts.refused || facts.ending === 'refusal').toBe(expected.refusal);
      expect(facts.terminalEventReceived).toBe(expectsTerminalEvent(entry));
    });

    it('gives the same facts however the reads are split', () => {
      const whole = readBody(protocol, [body]);
      expect(readBody(protocol, split(body, [1]))).toEqual(whole);
      expect(readBody(protocol, frameByFrame(body))).toEqual(whole);
      fc.assert(
        fc.property(readSizes, (sizes) => {
          expect(readBody(protocol, split(body, sizes))).toEqual(whole);
        }),
        { numRuns: 8 },
      );
    });

    it.runIf(protocol.framing !== 'eventstream' && protocol.payload !== 'text')(
      'is recognised by its first events alone',
      () => {
        const generic = protocol.framing === 'ndjson' ? genericNdjson : genericSse;
        const { facts, protocolName } = readBody(generic, [body]);
        expect(facts).toEqual(readBody(protocol, [body]).facts);
        // A body that is an error, or no answer at all, looks like none of the formats.
        if (entry.expected.finish_reasons?.some((reason) => reason !== null))
          expect(protocolName).toBe(protocol.name);
      },
    );

    it.runIf(entry.http.url !== undefined)('is recognised by its URL and content type', () => {
      const found = recogniseProtocol({
        url: entry.http.url ?? '',
        method: entry.http.url?.includes('starting_after') || entry.api === 'replicate' ? 'GET' : 'POST',
        request: { model: 'm', input: entry.file.includes('generation') ? 'prompt' : 'messages' },
        responseHeaders: new Headers({ 'content-type': entry.http.content_type ?? '' }),
      });
      expect(found).toMatchObject({ status: 'recognised', protocol: { name: protocol.name } });
    });
  });
});

/** As a provider flushes: each read ends where a line or a frame does. */
function frameByFrame(body: Uint8Array): Uint8Array[] {
  const reads: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < body.length; at += 1) {
    const isLineEnd = body[at] === 10 && (body[at + 1] ?? 0) !== 10 && (body[at + 1] ?? 0) !== 13;
    if (!isLineEnd) continue;
    const line = new TextDecoder().decode(body.subarray(start, at + 1));
    // The name of an event comes in one read with its data.
    if (/^event:[^\n]*\n$/.test(line)) continue;
    reads.push(body.slice(start, at + 1));
    start = at + 1;
  }
  if (start < body.length) reads.push(body.slice(start));
  return reads;
}

function protocolOf(entry: RecordedStream): Protocol {
  const found = protocols.find(({ name }) => name === nameByApi[entry.api]);
  if (found === undefined) throw new Error(`no protocol reads ${entry.api}`);
  return found;
}

/** The order of `decideOutcome`: an error before the terminal event, the finish reasons, the terminal event. */
function endingOf(facts: AnswerFacts): string {
  if (facts.error !== undefined) return facts.error.reason;
  return facts.ending ?? (facts.terminalEventReceived ? 'completed' : 'truncated');
}

/** The recordings describe the wire in words of their own; this says what each amounts to here. */
const endingByTermination: Readonly<Record<string, string>> = {
  eof_without_terminal: 'truncated',
  sentinel_without_finish_reason: 'completed',
  'other:FAKE_ENUM': 'completed',
};

const reasonByErrorCode: Readonly<Record<string, string>> = {
  insufficient_quota: 'quota_exceeded',
  // Google: HTTP 400 with `API_KEY_INVALID` among its details.
  400: 'auth_error',
};

function expectedEnding({ expected }: RecordedStream): string {
  // The recordings give the finish reason of the wire; a refusal that was streamed as such is one nevertheless.
  if (expected.refusal) return 'refusal';
  if (expected.error !== null) return reasonByErrorCode[String(expected.error.code)] ?? 'provider_error';
  return endingByTermination[expected.termination] ?? expected.termination;
}

function expectsTerminalEvent({ api, expected }: RecordedStream): boolean {
  // The recordings list Replicate's `event: done` under no heading.
  return api === 'replicate' || expected.terminal_event !== null || expected.done_sentinel;
}

/** What the recordings know; with facts, the same from the reader. */
function known(expected: RecordedStream['expected'], facts: AnswerFacts | undefined) {
  const pick = <T>(wanted: T | null, got: T | undefined) =>
    wanted === null ? undefined : facts ? got : wanted;
  const finishReasons = expected.finish_reasons?.filter((reason) => reason !== null) ?? null;
  return {
    inputTokens: pick(expected.input_tokens, facts?.inputTokens),
    outputTokens: pick(expected.output_tokens, facts?.outputTokens),
    reasoningTokens: pick(expected.thoughts_tokens, facts?.reasoningTokens),
    responseId: pick(expected.response_id, facts?.responseId),
    // Cohere's events name no model: the recordings took it from the request.
    model: isCohere(expected) ? undefined : pick(expected.model, facts?.responseModel),
    finishReasons: pick(finishReasons, facts?.finishReasonsRaw),
  };
}

function isCohere(expected: RecordedStream['expected']): boolean {
  return expected.model?.startsWith('command') ?? false;
}
