import type { AttributeName, AttributeValueOf } from '@weir/schemas/attributes';
import { garbageWatch } from '../fetch/garbage.ts';
import { allInputTokens, evidenceOf } from '../observe/answer-evidence.ts';
import type { Clock } from '../observe/clock.ts';
import { type Ending, isAbortError } from '../observe/ending.ts';
import type { AnswerSource } from '../observe/observation.ts';
import { type StallThresholds, StreamMeter } from '../observe/stream-meter.ts';
import type { AnswerEvidence, Verdict } from '../observe/verdict.ts';
import { verdictFacts } from '../verdict-facts.ts';
import { judgePageError } from './page-error.ts';
import { decidePageOutcome } from './page-verdict.ts';

/** What is known of a stream; undefined says as much as absent. */
export type PageFacts = { readonly [N in AttributeName]?: AttributeValueOf<N> | undefined };

export interface PageStreamOptions {
  readonly clock: Clock;
  readonly stallThresholds: StallThresholds;
  readonly signal: AbortSignal | undefined;
  readonly isOffline: () => boolean;
  /** Called once, unless the stream is abandoned. `verdict` is undefined where a bug of ours kept it from being known. */
  readonly onEnd: (facts: PageFacts, verdict: Verdict | undefined, durationSeconds: number) => void;
  readonly onBug: (bug: unknown) => void;
}

/** One stream that a page reads, from the call to its end. No method throws. */
export interface PageStream {
  readonly chunks: number;
  responded(response: Pick<Response, 'ok' | 'status'>, reader: AnswerSource<Uint8Array> | undefined): void;
  pulled(): void;
  received(bytes: Uint8Array): void;
  failed(error: unknown): void;
  /** Once `holder` is garbage nobody can read on. */
  heldBy(holder: object): void;
  /** Only the first ending counts. */
  end(ending: Ending): void;
  /** There was nothing to observe: ends without a word. */
  abandon(): void;
}

const noEvents = { events: 0, chunks: 0, visibleChunks: 0 };
const maxErrorChars = 16 * 1024;
/** An error that nobody reads is reported after this long. */
const unreadErrorMs = 2000;

/**
 * Feeds what passes to the meter and to the reader of the wire format, and decides the outcome once: `Observation` and
 * `Exchange` of services, less what a page cannot meet (codes of network errors, timers and retries of client
 * libraries, lags of the loop), over the same meter and the same rules.
 */
export function createPageStream(options: PageStreamOptions): PageStream {
  const { signal, onBug } = options;
  const meter = new StreamMeter(options);
  const token = {};
  let response: Pick<Response, 'ok' | 'status'> | undefined;
  let reader: AnswerSource<Uint8Array> | undefined;
  let errorText = '';
  let malformedBefore = 0;
  let lastReadMalformed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const abort = () => end({ kind: 'abort', reason: signal?.reason });
  signal?.addEventListener('abort', abort);

  const abandon = () => {
    ended = true;
    signal?.removeEventListener('abort', abort);
    garbageWatch.forget(token);
    clearTimeout(timer);
  };
  const settle = (facts: PageFacts, verdict?: Verdict) => {
    abandon();
    try {
      options.onEnd(facts, verdict, meter.progress().durationSeconds);
    } catch (bug) {
      onBug(bug);
    }
  };
  /** A bug of ours: still one span, which claims nothing about the ending. */
  const guarded = (work: () => void) => {
    if (ended) return;
    try {
      work();
    } catch (bug) {
      onBug(bug);
      meter.end();
      settle(verdictFacts(undefined, undefined));
    }
  };
  const conclude = (ending: Ending) => {
    const isUnreadError = response?.ok === false && !meter.everPulled;
    meter.end(ending.kind === 'collected' || isUnreadError ? 'last_sign' : 'now');
    if (ending.kind === 'eof' && reader !== undefined) meter.finished(reader.finish());
    const error = response?.ok === false ? judgePageError(response.status, errorText) : undefined;
    const answer = reader && evidenceOf(reader, { events: meter.events, lastReadMalformed });
    const verdict = decidePageOutcome({
      ending,
      progress: meter.progress(),
      vantage: 'browser',
      response: response && {
        ok: response.ok,
        status: response.status,
        signs: { intermediary: undefined },
        error,
        document: reader?.document,
      },
      answer,
      everPulled: meter.everPulled,
      offline: options.isOffline(),
    });
    settle(
      {
        ...meter.facts(verdict.outcome === 'completed'),
        ...answerFacts(answer),
        ...verdictFacts(verdict, answer?.facts.finishReasonsRaw),
        providerErrorCode: (error ?? answer?.facts.error)?.code || undefined,
      },
      verdict,
    );
  };
  const end = (ending: Ending) => guarded(() => conclude(ending));

  return {
    get chunks() {
      return meter.chunks;
    },
    responded(answered, source) {
      guarded(() => {
        response = answered;
        reader = source;
        meter.headersReceived();
        if (answered.ok) return;
        timer = setTimeout(() => meter.everPulled || end({ kind: 'eof' }), unreadErrorMs);
      });
    },
    pulled: () => guarded(() => meter.pulled()),
    received(bytes) {
      guarded(() => {
        meter.received(bytes.length, reader?.push(bytes) ?? noEvents);
        if (response?.ok === false && errorText.length < maxErrorChars) {
          errorText += new TextDecoder().decode(bytes.subarray(0, maxErrorChars));
        }
        if (reader === undefined) return;
        if (bytes.length > 0) lastReadMalformed = reader.malformedEvents !== malformedBefore;
        malformedBefore = reader.malformedEvents;
        // Nothing that follows the terminal event can change the verdict, and many readers stop right there.
        if (reader.facts.terminalEventReceived) end({ kind: 'eof' });
      });
    },
    failed(error) {
      if (signal?.aborted && (error === signal.reason || isAbortError(error))) abort();
      else end({ kind: 'error', error });
    },
    heldBy: (holder) => garbageWatch.onCollected(holder, () => end({ kind: 'collected' }), token),
    end,
    abandon,
  };
}

function answerFacts(answer: AnswerEvidence | undefined): PageFacts {
  if (answer === undefined) return {};
  const { facts, malformedEvents } = answer;
  const { finishReasonsRaw } = facts;
  return {
    responseId: facts.responseId,
    responseModel: facts.responseModel,
    inputTokens: allInputTokens(answer),
    outputTokens: facts.outputTokens,
    cacheReadTokens: facts.cacheReadTokens,
    reasoningTokens: facts.reasoningTokens,
    finishReasonsRaw: finishReasonsRaw.length === 0 ? undefined : finishReasonsRaw,
    terminalEventReceived: facts.terminalEventReceived,
    malformedEvents,
  };
}
