import { linkTypes } from '@weir/schemas/attributes';
import type { Rejection, Skip } from '@weir/schemas/receiving';
import type { StreamField } from '@weir/schemas/stream-record';
import { outcomeOf } from '@weir/schemas/termination';
import type { StreamValue } from '../clickhouse/native-block.ts';
import type { OpenReport } from '../lost/open-report.ts';
import type { AttributeKey } from './attribute-keys.ts';
import { type AttributeValue, readText } from './attribute-value.ts';
import { endingOf } from './ending.ts';
import { finishReasonOf } from './finish-reason.ts';
import { defaultMaxAgeMs, limits, maxFutureMs, textLengthOf } from './limits.ts';
import { rank, SpanState } from './span-state.ts';
import { count, createTally, type Tally } from './tally.ts';
import { DecodeError, type TraceVisitor } from './trace-visitor.ts';
import type { ProjectValues } from './value-limits.ts';

export interface SpanReaderOptions {
  readonly project: string;
  /** When the request came, Unix milliseconds. */
  readonly receivedAtMs: number;
  /** How long streams of the project are kept. Default 30 days. */
  readonly maxAgeMs?: number;
  /** Whether a span with these ids was never taken before. Default: it was not. */
  readonly isNew?: (traceId: string, spanId: string) => boolean;
  /** What the dimensions of the project may hold. Default: anything. */
  readonly values?: ProjectValues;
  /** Takes the row of a stream; it is overwritten by the next one. */
  readonly store: (row: readonly StreamValue[]) => void;
  /** Takes the report of a stream that has not ended; its row is overwritten by the next one. */
  readonly report?: (report: OpenReport) => void;
}

const STATUS_ERROR = 2;

/** Turns the spans of one request into streams. */
export class SpanReader implements TraceVisitor {
  readonly tally: Tally = createTally();
  readonly #resource = new SpanState(this.tally.altered);
  /** What was altered counts only if the span is stored, so it is kept apart until then. */
  readonly #altered: Tally['altered'] = new Map();
  readonly #span = new SpanState(this.#altered);
  readonly #options: SpanReaderOptions;
  /** Spans around a model call of this request: exporters send what ends first, first. */
  readonly #wrappers = new Set<string>();
  #parts = 0;
  /** Of the resource or span that is being read. */
  #attributes = 0;
  #scopeName = '';
  #scopeVersion = '';

  constructor(options: SpanReaderOptions) {
    this.#options = options;
  }

  beginResource(): void {
    this.#countPart();
    this.#resource.clear();
  }

  resourceAttribute(key: AttributeKey, value: AttributeValue): void {
    if (value === '' || this.#isAttributeTooMany(this.tally.altered)) return;
    for (const effect of key.onResource) effect(this.#resource, value);
  }

  beginScope(name: string, version: string): void {
    this.#countPart();
    this.#scopeName = label(name, this.tally.altered);
    this.#scopeVersion = label(version, this.tally.altered);
  }

  beginSpan(): void {
    this.#countPart();
    this.#altered.clear();
    this.#span.startFrom(this.#resource);
  }

  traceId(hex: string): void {
    this.#span.set('traceId', hex);
  }

  spanId(hex: string): void {
    this.#span.set('spanId', hex);
  }

  parentSpanId(hex: string): void {
    if (hex.length === SPAN_ID_LENGTH) this.#span.set('parentSpanId', hex);
  }

  name(name: string): void {
    this.#span.set('spanName', label(name, this.#altered));
  }

  startTime(ns: number): void {
    this.#span.startNs = ns;
  }

  endTime(ns: number): void {
    this.#span.endNs = ns;
  }

  status(code: number, message: string): void {
    this.#span.statusCode = code;
    const kept = readText(message, textLengthOf('statusMessage'), this.#altered);
    if (kept !== undefined) this.#span.set('statusMessage', kept, rank.canonical);
  }

  attribute(key: AttributeKey, value: AttributeValue): void {
    if (key.isAboutModels) this.#span.isAboutModels = true;
    if (value === '' || this.#isAttributeTooMany(this.#altered)) return;
    for (const effect of key.onSpan) effect(this.#span, value);
  }

  event(name: string, timeNs: number): boolean {
    const isFirstToken = firstTokenEvents.has(name);
    const isEarliest = this.#span.firstTokenNs === 0 || timeNs < this.#span.firstTokenNs;
    if (isFirstToken && isEarliest && timeNs > 0) this.#span.firstTokenNs = timeNs;
    return name === 'exception';
  }

  eventAttribute(name: string, value: AttributeValue): void {
    if (name === 'exception.message') {
      const message = readText(value, textLengthOf('statusMessage'), this.#altered);
      if (message !== undefined) this.#span.set('statusMessage', message);
    }
    if (name !== 'exception.type') return;
    const type = readText(value, limits.dimensionLength, this.#altered);
    if (type !== undefined) this.#span.set('errorType', type);
  }

  link(traceId: string, spanId: string, type: string): void {
    const isOurs = (linkTypes as readonly string[]).includes(type);
    const isTaken = this.#span.get('linkType') !== '';
    if (!isOurs || isTaken || !isId(traceId, TRACE_ID_LENGTH) || !isId(spanId, SPAN_ID_LENGTH)) return;
    this.#span.set('linkType', type);
    this.#span.set('linkedTraceId', traceId);
    this.#span.set('linkedSpanId', spanId);
  }

  #countPart(): void {
    this.#attributes = 0;
    this.#parts += 1;
    if (this.#parts <= limits.requestParts) return;
    throw new DecodeError(
      `The request has more than ${limits.requestParts} spans. Send smaller batches.`,
      'too_large',
    );
  }

  #isAttributeTooMany(altered: Tally['altered']): boolean {
    this.#attributes += 1;
    if (this.#attributes <= limits.attributes) return false;
    count(altered, 'attribute_dropped');
    return true;
  }

  endSpan(): void {
    // Whatever becomes of the span itself; one that was sent again reports nothing new.
    if (this.#settle() !== 'repeated') this.tally.lostBySender += this.#span.lostSpans;
  }

  #settle(): 'rejected' | 'skipped' | 'repeated' | 'stored' {
    const rejection = this.#rejection();
    if (rejection !== undefined) {
      count(this.tally.rejected, rejection);
      return 'rejected';
    }
    this.#deriveTimes();
    const skip = this.#skip();
    const parent = this.#span.get('parentSpanId');
    const isAround = this.#wrappers.has(this.#span.get('spanId'));
    if (parent !== '' && (skip === undefined || isAround)) this.#wrappers.add(parent);
    if (skip !== undefined) {
      count(this.tally.skipped, skip);
      if (skip === 'open_report') this.#report();
      return 'skipped';
    }
    const isNew = this.#options.isNew?.(this.#span.get('traceId'), this.#span.get('spanId')) ?? true;
    if (!isNew) {
      this.tally.duplicates += 1;
      return 'repeated';
    }
    this.#deriveEnding();
    this.#deriveOrigin();
    this.tally.stored += 1;
    for (const [kind, times] of this.#altered) count(this.tally.altered, kind, times);
    this.#options.values?.limit(this.#span.values, this.tally);
    this.#options.store(this.#span.values);
    return 'stored';
  }

  /** The row is that of the stream above the span, as it is to be stored if nothing more is heard of it. */
  #report(): void {
    const span = this.#span;
    const spanId = span.get('parentSpanId');
    const { nextReportSeconds } = span;
    if (spanId === '' || nextReportSeconds === 0) return;
    span.set('spanId', spanId, rank.canonical);
    span.set(
      'parentSpanId',
      isId(span.streamParentId, SPAN_ID_LENGTH) ? span.streamParentId : '',
      rank.canonical,
    );
    span.set('spanName', span.get('spanName').replace(/ \(open\)$/, ''), rank.canonical);
    span.set('outcome', 'lost', rank.canonical);
    span.set('reason', 'lost', rank.canonical);
    span.set('errorType', 'lost', rank.canonical);
    span.set('initiatorEvidence', `nothing was heard of it for 3 × ${nextReportSeconds} s`, rank.canonical);
    this.#deriveOrigin();
    this.#options.values?.limit(span.values, this.tally);
    this.#options.report?.({
      project: this.#options.project,
      traceId: span.get('traceId'),
      spanId,
      reportedAtMs: this.#options.receivedAtMs,
      nextReportSeconds,
      row: span.values,
    });
  }

  #rejection(): Rejection | undefined {
    const span = this.#span;
    if (!isId(span.get('traceId'), TRACE_ID_LENGTH) || !isId(span.get('spanId'), SPAN_ID_LENGTH))
      return 'invalid_id';
    if (span.startNs <= 0 || span.endNs <= 0) return 'no_time';
    if (span.endNs < span.startNs) return 'ended_before_start';
    const nowMs = this.#options.receivedAtMs;
    if (span.endNs / 1e6 > nowMs + maxFutureMs) return 'future';
    if (span.startNs / 1e6 < nowMs - (this.#options.maxAgeMs ?? defaultMaxAgeMs)) return 'too_old';
    return undefined;
  }

  #skip(): Skip | undefined {
    const span = this.#span;
    if (!span.isAboutModels) return 'unrelated';
    if (span.isSampledOut) return 'sampled_out';
    if (span.isOpenReport) return 'open_report';
    // Whatever it calls itself: with an outcome or a first token of its own it is a stream.
    const isStream = span.knows('outcome') || span.knows('reason') || span.get('ttftSeconds') !== null;
    if (span.isObserved && !span.knows('outcome')) return 'observed';
    // A framework's span of a call and its client's are one stream; the client's is nearer to the wire.
    if (!span.knows('outcome') && this.#wrappers.has(span.get('spanId'))) return 'not_a_model_call';
    if ((span.isAnotherKind || this.#isAnotherOperation()) && !isStream) return 'not_a_model_call';
    // A conversation or a custom dimension may be on any span of a trace.
    return span.isModelCall || callFacts.some((field) => span.knows(field, rank.derived))
      ? undefined
      : 'unrelated';
  }

  /** New kinds of operations come with each version of the conventions; those without a model are around calls. */
  #isAnotherOperation(): boolean {
    const span = this.#span;
    const namesModel = span.knows('model', rank.derived) || span.knows('responseModel', rank.derived);
    return !namesModel && span.knows('operation', rank.derived) && !modelCalls.has(span.get('operation'));
  }

  #deriveTimes(): void {
    const span = this.#span;
    span.set('endedAt', Math.floor(span.endNs / 1e6));
    span.set('startedAt', Math.floor(span.startNs / 1e6));
    span.set('receivedAt', this.#options.receivedAtMs);
    span.set('durationSeconds', (span.endNs - span.startNs) / 1e9);
    const firstTokenIsWithin = span.firstTokenNs >= span.startNs && span.firstTokenNs <= span.endNs;
    if (firstTokenIsWithin) span.set('ttftSeconds', (span.firstTokenNs - span.startNs) / 1e9);
  }

  #deriveEnding(): void {
    const span = this.#span;
    const reason = span.get('reason');
    if (span.knows('reason') && reason !== 'unknown') {
      // The reason decides, so that no sender can disagree with the taxonomy.
      span.set('outcome', outcomeOf(reason as Parameters<typeof outcomeOf>[0]), rank.canonical);
      return;
    }
    if (span.knows('outcome')) return;
    const said = span.get('finishReasons');
    const ending = endingOf({
      isError: span.statusCode === STATUS_ERROR || span.saysError,
      errorType: span.get('errorType'),
      httpStatus: span.get('httpStatus'),
      message: span.get('statusMessage'),
      finishReasons: said,
    });
    span.set('outcome', ending.outcome);
    span.set('reason', ending.reason);
    span.set('stage', ending.stage);
    if (said.length === 0) return;
    span.set('finishReasonsRaw', said);
    span.set(
      'finishReasons',
      said.map((word) => finishReasonOf(word)?.normal ?? word),
      rank.canonical,
    );
  }

  #deriveOrigin(): void {
    const span = this.#span;
    span.set('project', this.#options.project);
    if (this.#scopeName !== '') span.set('instrumentation', this.#scopeName);
    if (this.#scopeVersion !== '') span.set('instrumentationVersion', this.#scopeVersion);
    if (span.get('sdkLanguage') === 'webjs') span.set('vantage', 'browser');
  }
}

/** Operations that are model calls, whether they name their model or not. */
const modelCalls: ReadonlySet<string> = new Set([
  ...['chat', 'text_completion', 'generate_content'],
  // Of earlier conventions and of the APIs they are named after.
  ...['completion', 'completions', 'generate', 'messages', 'responses', 'converse'],
]);

/** What is said of a model call, and of nothing else. */
const callFacts: readonly StreamField[] = [
  'operation',
  'provider',
  'model',
  'responseModel',
  'responseId',
  'requestStream',
  'ttftSeconds',
  'finishReasons',
  'inputTokens',
  'outputTokens',
  'outcome',
  'reason',
];

/** Events by which OpenInference and LangSmith mark the first token. */
const firstTokenEvents: ReadonlySet<string> = new Set(['First Token Stream Event', 'new_token']);

function label(text: string, altered: Tally['altered']): string {
  return readText(text, limits.dimensionLength, altered) ?? '';
}

const TRACE_ID_LENGTH = 32;
const SPAN_ID_LENGTH = 16;

const NO_TRACE_ID = '0'.repeat(TRACE_ID_LENGTH);
const NO_SPAN_ID = '0'.repeat(SPAN_ID_LENGTH);

/** All zeros is OpenTelemetry's invalid id. */
function isId(hex: string, length: number): boolean {
  return hex.length === length && hex !== NO_TRACE_ID && hex !== NO_SPAN_ID;
}
