import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { attributes, lostSpansKey, openReport } from '@weir/schemas/attributes';
import { isSampledOut } from '../sampled-out.ts';
import type { ExportLosses } from './export-losses.ts';
import { type ExportStatus, exportSpans } from './export-spans.ts';

/** Bounds as `BatchSpanProcessor` has them. */
export interface QueueBounds {
  /** Spans held at most, those being sent included. */
  readonly limit: number;
  /** Spans sent at once, at most. */
  readonly batchSize: number;
  /** Longest time that a span waits for others, ms. */
  readonly delayMs: number;
  /** Time from which an export without an answer has failed, ms. */
  readonly exportTimeoutMs: number;
}

export interface SpanQueueOptions {
  readonly exporter: SpanExporter;
  readonly losses: ExportLosses;
  readonly bounds: QueueBounds;
  /** A number from 0 to 1, 1 excluded. */
  readonly random?: () => number;
  /** Calls `task` later unless the result is called before, and does not keep the process alive for it. */
  readonly after?: (ms: number, task: () => void) => () => void;
}

/** Sent again as it is if that is needed: the collector knows a batch by its bytes, and counts it once. */
interface Batch {
  readonly spans: ReadableSpan[];
  /** Lost spans that it reports. */
  readonly reports: number;
}

const firstRetryMs = 1000;
const maxRetryMs = 30_000;

/**
 * Holds ended spans until the collector has them.
 *
 * `BatchSpanProcessor` forgets a batch that could not be sent in about ten seconds, and when it is full it drops
 * whatever comes. This one keeps a batch for as long as the collector is away, and when it is full it drops normal
 * streams and foreign spans before the others; how many were lost goes along with the next batch.
 */
export class SpanQueue implements SpanProcessor {
  readonly #options: SpanQueueOptions;
  readonly #after: (ms: number, task: () => void) => () => void;
  readonly #waiting: ReadableSpan[] = [];
  readonly #unsent: Batch[] = [];
  readonly #sending = new Map<Batch, Promise<ExportStatus>>();
  /** Spans in batches, unsent or being sent. */
  #inBatches = 0;
  #failures = 0;
  #isWorking = false;
  #cancelWork: (() => void) | undefined;
  #isClosed = false;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
    this.#after = options.after ?? unheldTimer;
  }

  get #held(): number {
    return this.#waiting.length + this.#inBatches;
  }

  onStart(): void {
    // Only ended spans are of interest.
  }

  onEnd(span: ReadableSpan): void {
    if (this.#isClosed || isSampledOut(span)) return;
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const isFull = this.#held >= this.#options.bounds.limit;
    // What is open now is reported again later; a collector that is away needs to know only how it ends.
    if (isOpenReport(span) && (isFull || this.#failures > 0)) return;
    if (isFull) this.#options.losses.lost(1, 'queue_full');
    if (isFull && !this.#makeRoomFor(span)) return;
    this.#waiting.push(span);
    this.#planWork();
  }

  /** @returns false when `span` is the one to go. */
  #makeRoomFor(span: ReadableSpan): boolean {
    const leastWorth = isWorthMore(span) ? this.#waiting.findIndex((other) => !isWorthMore(other)) : -1;
    if (leastWorth === -1) return false;
    this.#waiting.splice(leastWorth, 1);
    return true;
  }

  #planWork(): void {
    if (this.#isWorking || this.#isClosed) return;
    const { batchSize, delayMs } = this.#options.bounds;
    if (this.#failures === 0 && this.#waiting.length >= batchSize) {
      void this.#work();
      return;
    }
    this.#cancelWork ??= this.#after(
      this.#failures === 0 ? delayMs : this.#retryMs(),
      () => void this.#work(),
    );
  }

  /** Doubles, with jitter, so that many processes do not come back to a collector all at once. */
  #retryMs(): number {
    const longest = Math.min(maxRetryMs, firstRetryMs * 2 ** (this.#failures - 1));
    return longest * (0.5 + (this.#options.random ?? Math.random)() / 2);
  }

  async #work(): Promise<void> {
    this.#cancelWork?.();
    this.#cancelWork = undefined;
    this.#isWorking = true;
    await this.#sendAll();
    this.#isWorking = false;
    if (this.#waiting.length + this.#unsent.length > 0) this.#planWork();
  }

  /** Sends one batch after the other until there is none, or one cannot be sent: then the others cannot either. */
  async #sendAll(): Promise<ExportStatus> {
    for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
      if ((await this.#send(batch)) === 'unsent') return 'unsent';
    }
    return 'sent';
  }

  #nextBatch(): Batch | undefined {
    return this.#unsent.shift() ?? this.#cutBatch();
  }

  #cutBatch(): Batch | undefined {
    const spans = this.#waiting.splice(0, this.#options.bounds.batchSize);
    const [first] = spans;
    if (first === undefined) return undefined;
    this.#inBatches += spans.length;
    const reports = this.#options.losses.take();
    if (reports > 0) spans[0] = withAttribute(first, lostSpansKey, reports);
    return { spans, reports };
  }

  async #send(batch: Batch): Promise<ExportStatus> {
    const sending = this.#exportInTime(batch.spans);
    this.#sending.set(batch, sending);
    const status = await sending;
    this.#sending.delete(batch);
    this.#settle(batch, status);
    return status;
  }

  async #exportInTime(spans: ReadableSpan[]): Promise<ExportStatus> {
    let cancel: (() => void) | undefined;
    const late = new Promise<ExportStatus>((resolve) => {
      cancel = this.#after(this.#options.bounds.exportTimeoutMs, () => resolve('unsent'));
    });
    const status = await Promise.race([exportSpans(this.#options.exporter, spans), late]);
    cancel?.();
    return status;
  }

  #settle(batch: Batch, status: ExportStatus): void {
    if (status === 'unsent') {
      this.#failures++;
      this.#unsent.push(batch);
      return;
    }
    const { losses } = this.#options;
    this.#failures = 0;
    this.#inBatches -= batch.spans.length;
    if (status === 'sent') {
      losses.recovered();
    } else {
      losses.giveBack(batch.reports);
      losses.lost(batch.spans.length, 'refused');
    }
  }

  /** Sends everything now. Rejects if some of it could not be sent: that is kept. */
  async forceFlush(): Promise<void> {
    const statuses = await Promise.all([...this.#sending.values(), this.#sendAll()]);
    if (!statuses.includes('unsent')) return;
    this.#planWork();
    throw new Error(`the collector cannot be reached; ${this.#held} spans are kept to be sent again`);
  }

  /**
   * The process exits, and nothing that takes time comes to an end any more: hands everything that is not known to have
   * arrived to `send`, in the batches that it was sent in, and takes nothing from then on.
   *
   * @param send tells of each batch whether it has arrived; the others are lost.
   */
  exit(send: (batches: readonly ReadableSpan[][]) => readonly boolean[]): void {
    this.#isClosed = true;
    const batches = [...this.#sending.keys(), ...this.#unsent];
    for (let batch = this.#cutBatch(); batch !== undefined; batch = this.#cutBatch()) batches.push(batch);
    if (batches.length === 0) return;
    const arrived = send(batches.map(({ spans }) => spans));
    const lost = batches.reduce((sum, { spans }, at) => (arrived[at] ? sum : sum + spans.length), 0);
    this.#options.losses.lost(lost, 'shutdown');
  }

  /** Sends everything, once; what cannot be sent is lost. */
  async shutdown(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.forceFlush().catch(() => {
      this.#options.losses.lost(this.#held, 'shutdown');
      this.#unsent.length = 0;
    });
    this.#cancelWork?.();
    await this.#options.exporter.shutdown();
  }
}

function isOpenReport(span: ReadableSpan): boolean {
  return span.attributes[openReport.phaseKey] === openReport.phase;
}

/** Streams that did not complete are what the whole thing is for. */
function isWorthMore(span: ReadableSpan): boolean {
  const outcome = span.attributes[attributes.outcome.key];
  return outcome !== undefined && outcome !== 'completed';
}

/** A span that has ended takes no attributes any more, and other processors see the same object. */
function withAttribute(span: ReadableSpan, key: string, value: number): ReadableSpan {
  return Object.create(span, {
    attributes: { value: { ...span.attributes, [key]: value }, enumerable: true },
  });
}

function unheldTimer(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
