import type { StreamFacts } from '@weir/schemas/attributes';
import type { Vantage } from '@weir/schemas/termination';
import type { BodyReader, HttpErrorFacts, ReadSummary } from '../protocols/index.ts';
import { allInputTokens, evidenceOf } from './answer-evidence.ts';
import type { Clock } from './clock.ts';
import type { Ending } from './ending.ts';
import type { PathSigns } from './initiator.ts';
import type { LoopLagSampler } from './loop-lag.ts';
import type { NetworkErrorFacts } from './network-error.ts';
import { type AnswerEvidence, decideOutcome, type ResponseEvidence, type Verdict } from './outcome.ts';
import { type StallThresholds, StreamMeter } from './stream-meter.ts';

export interface ObservationOptions {
  readonly clock: Clock;
  /** When the call was made, on `clock`. Default: now. */
  readonly calledAtMs?: number | undefined;
  readonly vantage: Vantage;
  readonly stallThresholds: StallThresholds;
  readonly loopLag: LoopLagSampler;
  /** The client library's own timer for the response headers, seconds. */
  readonly headersTimerSeconds: number | undefined;
  readonly isOffline: () => boolean;
  /** What the error of a call or of a read says by the codes that it carries. */
  readonly networkErrorFacts: (error: unknown) => NetworkErrorFacts;
  /** Called once, whatever happens. */
  readonly onEnd: (ended: EndedObservation) => void;
  /** A bug of ours. The application never sees it. */
  readonly onBug: (bug: unknown) => void;
}

export interface EndedObservation {
  readonly facts: StreamFacts;
  readonly verdict: Verdict | undefined;
  readonly durationSeconds: number;
  /** What the answer said about trying again (`x-should-retry`), if anything. */
  readonly shouldRetry?: boolean | undefined;
}

/**
 * Reads an answer piece by piece.
 *
 * @typeParam T bytes, or events that a library has parsed.
 */
export interface AnswerSource<T>
  extends Pick<
    BodyReader,
    'protocol' | 'facts' | 'malformedEvents' | 'broken' | 'midFrame' | 'document' | 'finish'
  > {
  /** Not bytes, but what a library has made of them. */
  readonly isParsed?: boolean;
  push(item: T): Readonly<ReadSummary>;
}

/** What the headers of the answer said, and how its body is to be read. */
export interface ObservedResponse<T = Uint8Array> {
  readonly status: number;
  readonly ok: boolean;
  readonly signs: PathSigns;
  /** Present when the body is to be read as a stream. */
  readonly reader: AnswerSource<T> | undefined;
  /** Classifies a status that is not 2xx, from the first kilobytes of its body; undefined for one that is. */
  readonly classifyError: ((body: string) => HttpErrorFacts) | undefined;
}

const noEvents: Readonly<ReadSummary> = { events: 0, chunks: 0, visibleChunks: 0 };
const maxErrorBody = 16 * 1024;
/** A client library's timer is late by a lag of the loop at most, and its header rounds down to whole seconds. */
const timerSlackSeconds = 1.5;

/**
 * One exchange from call to end: feeds what passes to the meter and to the reader of the wire format, and when it ends,
 * by whatever comes first, decides the outcome once. Nothing in here throws: a bug is reported and observation steps
 * aside, keeping what it knows.
 */
export class Observation<T = Uint8Array> {
  readonly #options: ObservationOptions;
  readonly #meter: StreamMeter;
  readonly #unwatchLag: () => void;
  #response: ObservedResponse<T> | undefined;
  #reader: AnswerSource<T> | undefined;
  #errorBody: Uint8Array[] | undefined;
  #errorBodySize = 0;
  #malformedBefore = 0;
  #lastReadMalformed = false;
  #ended = false;

  constructor(options: ObservationOptions) {
    this.#options = options;
    this.#unwatchLag = options.loopLag.watch();
    this.#meter = new StreamMeter({
      clock: options.clock,
      calledAtMs: options.calledAtMs,
      stallThresholds: options.stallThresholds,
      loopLagSince: options.loopLag.since,
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Headers came, or the stream was there from the start. */
  get isOpen(): boolean {
    return this.#meter.isOpen;
  }

  /** Pieces of content so far, reasoning included. */
  get chunks(): number {
    return this.#meter.chunks;
  }

  get everPulled(): boolean {
    return this.#meter.everPulled;
  }

  /** A read of the application is waiting for the network. */
  get readPending(): boolean {
    return this.#meter.readPending;
  }

  /** The provider has said in the body that something went wrong: nothing that follows changes that. */
  get erred(): boolean {
    return this.#reader?.facts.error !== undefined;
  }

  responded(response: ObservedResponse<T>): void {
    this.#guard(() => {
      this.#meter.headersReceived();
      this.#response = response;
      this.#reader = response.reader;
      if (!response.ok) this.#errorBody = [];
    });
  }

  /** There is a stream to read, and nothing is known of a response. */
  opened(reader: AnswerSource<T> | undefined): void {
    this.#guard(() => {
      this.#meter.opened();
      this.#reader = reader;
    });
  }

  /** The application asks for more of the body. */
  pulled(): void {
    if (!this.#ended) this.#meter.pulled();
  }

  /** Something is on its way to the application; it is only looked at. */
  received(item: T): void {
    if (this.#ended) return;
    try {
      this.#read(item);
    } catch (bug) {
      this.stepAside(bug);
    }
  }

  #read(item: T): void {
    const reader = this.#reader;
    const bytes = item instanceof Uint8Array ? item.length : 0;
    this.#meter.received(bytes, reader?.push(item) ?? noEvents);
    if (this.#errorBody !== undefined && item instanceof Uint8Array) this.#keepErrorBody(item);
    if (reader === undefined) return;
    if (reader.malformedEvents !== this.#malformedBefore) {
      this.#malformedBefore = reader.malformedEvents;
      this.#lastReadMalformed = true;
    } else if (bytes > 0) {
      this.#lastReadMalformed = false;
    }
    // Nothing that follows the terminal event can change the verdict, and many readers stop right there.
    if (reader.facts.terminalEventReceived) this.end({ kind: 'eof' });
  }

  #keepErrorBody(bytes: Uint8Array): void {
    const room = maxErrorBody - this.#errorBodySize;
    if (room <= 0) return;
    const part = bytes.slice(0, room);
    this.#errorBodySize += part.length;
    this.#errorBody?.push(part);
  }

  /** A read was given up without an answer: its lock was released. */
  released(): void {
    if (!this.#ended) this.#guard(() => this.#meter.received(0, noEvents));
  }

  /** Ends without a word: there was nothing to observe. */
  abandon(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unwatchLag();
  }

  /** What would be known if the process ended now, which changes nothing; undefined when the end is known already. */
  soFar(): EndedObservation | undefined {
    if (this.#ended) return undefined;
    try {
      return this.#conclude({ kind: 'exit' });
    } catch (bug) {
      this.#options.onBug(bug);
      return undefined;
    }
  }

  /** Ends the observation; only the first ending counts. */
  end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unwatchLag();
    this.#meter.end(this.#noticedLate(ending) ? 'last_sign' : 'now');
    try {
      if (ending.kind === 'eof' && this.#reader !== undefined) this.#finishReading(this.#reader);
      this.#options.onEnd(this.#conclude(ending));
    } catch (bug) {
      this.#options.onBug(bug);
      this.#endBlind();
    }
  }

  /** The collector and the timer for unread errors come long after the fact. */
  #noticedLate(ending: Ending): boolean {
    if (ending.kind === 'collected') return true;
    return this.#response?.ok === false && !this.#meter.everPulled;
  }

  #finishReading(reader: AnswerSource<T>): void {
    const summary = reader.finish();
    if (summary.events > 0) this.#meter.finished(summary);
  }

  #conclude(ending: Ending): EndedObservation {
    const progress = this.#meter.progress();
    const error = this.#classifyError();
    const answer = this.#answer();
    const verdict = decideOutcome({
      ending,
      progress,
      vantage: this.#options.vantage,
      response: this.#responseEvidence(error),
      answer,
      everPulled: this.#meter.everPulled,
      offline: this.#options.isOffline(),
      networkError: ending.kind === 'error' ? this.#options.networkErrorFacts(ending.error) : undefined,
      headersTimerSeconds: this.#timerDue(progress.durationSeconds),
    });
    return {
      verdict,
      durationSeconds: progress.durationSeconds,
      facts: {
        ...this.#meter.facts(verdict.outcome === 'completed'),
        ...answerFacts(answer),
        ...errorCodeFact(error?.code ?? (ending.kind === 'error' ? ending.told?.code : undefined)),
      },
    };
  }

  #classifyError(): HttpErrorFacts | undefined {
    if (this.#errorBody === undefined || this.#response === undefined) return undefined;
    const decoder = new TextDecoder();
    const text = this.#errorBody.map((part) => decoder.decode(part, { stream: true })).join('');
    return this.#response.classifyError?.(text);
  }

  #responseEvidence(error: HttpErrorFacts | undefined): ResponseEvidence | undefined {
    const response = this.#response;
    if (response === undefined) return undefined;
    const { ok, status, signs } = response;
    return { ok, status, signs, error, document: this.#reader?.document };
  }

  #answer(): AnswerEvidence | undefined {
    if (this.#reader === undefined) return undefined;
    const { events } = this.#meter;
    return evidenceOf(this.#reader, { events, lastReadMalformed: this.#lastReadMalformed });
  }

  #timerDue(elapsedSeconds: number): number | undefined {
    const timer = this.#options.headersTimerSeconds;
    if (timer === undefined || elapsedSeconds < timer) return undefined;
    return elapsedSeconds < timer + timerSlackSeconds ? timer : undefined;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (bug) {
      this.stepAside(bug);
    }
  }

  /** A bug of ours: still exactly one span, which claims nothing about the ending. */
  stepAside(bug: unknown): void {
    this.#options.onBug(bug);
    if (this.#ended) return;
    this.#ended = true;
    this.#unwatchLag();
    this.#meter.end();
    this.#endBlind();
  }

  #endBlind(): void {
    try {
      const { durationSeconds } = this.#meter.progress();
      this.#options.onEnd({ facts: {}, verdict: undefined, durationSeconds });
    } catch (bug) {
      this.#options.onBug(bug);
    }
  }
}

function errorCodeFact(code: string | undefined): StreamFacts {
  return code === undefined || code === '' ? {} : { providerErrorCode: code };
}

function answerFacts(answer: AnswerEvidence | undefined): StreamFacts {
  if (answer === undefined) return {};
  const { facts, malformedEvents } = answer;
  const { responseId, responseModel, outputTokens, cacheReadTokens, reasoningTokens } = facts;
  const inputTokens = allInputTokens(answer);
  return {
    ...(responseId === undefined ? {} : { responseId }),
    ...(responseModel === undefined ? {} : { responseModel }),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...(facts.finishReasonsRaw.length === 0 ? {} : { finishReasonsRaw: facts.finishReasonsRaw }),
    ...errorCodeFact(facts.error?.code),
    terminalEventReceived: facts.terminalEventReceived,
    malformedEvents,
  };
}
