import type { StreamFacts } from '@weir/schemas/attributes';
import type { ReadSummary } from '../protocols/protocol.ts';
import type { Clock } from './clock.ts';
import { GapHistogram } from './gap-histogram.ts';
import { RecentChunks } from './recent-chunks.ts';

/** Silences from which a gap counts as a stall, seconds. */
export interface StallThresholds {
  readonly seconds: number;
  /** Applies until the first visible output: a reasoning model may think for long. */
  readonly firstOutputSeconds: number;
}

export interface MeterOptions {
  readonly clock: Clock;
  /** When the call was made, on `clock`. Default: now. */
  readonly calledAtMs?: number | undefined;
  readonly stallThresholds: StallThresholds;
  /** Longest event-loop lag since a moment of `clock`, ms; undefined where it is not sampled. */
  readonly loopLagSince?: (sinceMs: number) => number | undefined;
}

/** What the outcome is decided from, besides the ending itself. */
export interface Progress {
  readonly headersSeen: boolean;
  readonly chunks: number;
  /** Seconds from the call to the end. */
  readonly durationSeconds: number;
  /** Silence between the last byte (or the headers, or the call) and the end, seconds. */
  readonly lastGapSeconds: number;
  /** How much of that silence the reader was not pulling, seconds. */
  readonly lastWaitSeconds: number;
  readonly lastLoopLagSeconds: number;
  /** The silence at the end was a stall. */
  readonly stalled: boolean;
}

type WritableFacts = { -readonly [N in keyof StreamFacts]: StreamFacts[N] };

/** A flush of a buffer somewhere in between: this many chunks in one read ... */
const burstChunks = 8;
/** ... after this long a silence. */
const burstSilenceMs = 1000;
/** Shorter gaps are not worth asking for the loop lag. */
const lagWorthyGapMs = 100;

/**
 * Times one stream. A pure state machine over an injected clock: no OpenTelemetry, no timers, and O(1) memory however
 * many chunks pass.
 *
 * A gap runs from one read with content to the next, less the time in which the reader was not pulling, so that a slow
 * consumer is not taken for a slow provider. Several chunks in one read have no gaps among them.
 */
export class StreamMeter {
  readonly #clock: Clock;
  readonly #thresholds: StallThresholds;
  readonly #loopLagSince: (sinceMs: number) => number | undefined;
  readonly #startedMs: number;

  #openedMs: number | undefined;
  #headersMs: number | undefined;
  #firstByteMs: number | undefined;
  #firstEventMs: number | undefined;
  #firstChunkMs: number | undefined;
  #firstOutputMs: number | undefined;
  // Written at each chunk, so always numbers: one that may be undefined is allocated anew by each write. These two mean
  // something once there was a first.
  #lastChunkMs = 0;
  #lastSignMs = 0;
  #endMs: number | undefined;

  #events = 0;
  #chunks = 0;
  #bytes = 0;

  #everPulled = false;
  #readsPending = 0;
  #isIdle = false;
  #idleSinceMs = 0;
  #waitMs = 0;
  #waitAtLastChunkMs = 0;
  #waitAtLastSignMs = 0;

  #gaps: GapHistogram | undefined;
  #maxGapMs = -1;
  #maxGapIndex = 0;
  #maxGapStartMs = 0;
  #maxGapLagMs: number | undefined;
  #stalls = 0;
  #stallMs = 0;
  #bursts = 0;
  #recent: RecentChunks | undefined;

  constructor(options: MeterOptions) {
    this.#clock = options.clock;
    this.#thresholds = options.stallThresholds;
    this.#loopLagSince = options.loopLagSince ?? (() => undefined);
    this.#startedMs = options.calledAtMs ?? options.clock();
  }

  get ended(): boolean {
    return this.#endMs !== undefined;
  }

  get isOpen(): boolean {
    return this.#openedMs !== undefined;
  }

  get everPulled(): boolean {
    return this.#everPulled;
  }

  get events(): number {
    return this.#events;
  }

  get chunks(): number {
    return this.#chunks;
  }

  /** Whether a read is waiting for the network right now. */
  get readPending(): boolean {
    return this.#readsPending > 0;
  }

  headersReceived(): void {
    this.opened();
    this.#headersMs = this.#openedMs;
  }

  /** The stream is there to be read; whether headers came with it is not known. */
  opened(): void {
    this.#openedMs = this.#clock();
    this.#isIdle = true;
    this.#idleSinceMs = this.#openedMs;
  }

  /** The reader asks for more. */
  pulled(): void {
    this.#everPulled = true;
    if (this.#readsPending++ === 0 && this.#isIdle) {
      this.#waitMs += this.#clock() - this.#idleSinceMs;
      this.#isIdle = false;
    }
  }

  /**
   * A pull was answered, or given up: then there are neither bytes nor events.
   *
   * @param bytes 0 where the size is not known, as with events that a library has parsed.
   */
  received(bytes: number, summary: Readonly<ReadSummary>): void {
    const now = this.#clock();
    this.#settlePull(now);
    if (bytes > 0) {
      this.#firstByteMs ??= now;
      this.#bytes += bytes;
    }
    if (summary.events > 0) {
      this.#firstEventMs ??= now;
      this.#events += summary.events;
    }
    if (summary.chunks > 0) this.#content(now, bytes, summary);
    if (bytes > 0 || summary.events > 0) {
      this.#lastSignMs = now;
      this.#waitAtLastSignMs = this.#waitMs;
    }
  }

  /** Events that came to light when the body ended: a last frame without its blank line. Their bytes are counted. */
  finished(summary: Readonly<ReadSummary>): void {
    this.#events += summary.events;
    this.#chunks += summary.chunks;
  }

  #settlePull(now: number): void {
    if (this.#readsPending > 0) this.#readsPending--;
    if (this.#readsPending > 0) return;
    this.#isIdle = true;
    this.#idleSinceMs = now;
  }

  #content(now: number, bytes: number, summary: Readonly<ReadSummary>): void {
    const isFirst = this.#firstChunkMs === undefined;
    const previousMs = isFirst ? this.#startedMs : this.#lastChunkMs;
    const silenceMs = now - previousMs - (this.#waitMs - this.#waitAtLastChunkMs);
    if (isFirst) this.#firstChunkMs = now;
    else this.#gap(previousMs, silenceMs);
    if (summary.chunks >= burstChunks && silenceMs >= burstSilenceMs) this.#bursts++;
    if (summary.visibleChunks > 0) this.#firstOutputMs ??= now;
    this.#chunks += summary.chunks;
    this.#lastChunkMs = now;
    this.#waitAtLastChunkMs = this.#waitMs;
    this.#recent ??= new RecentChunks();
    this.#recent.add(now - this.#startedMs, bytes);
  }

  #gap(fromMs: number, gapMs: number): void {
    this.#gaps ??= new GapHistogram();
    this.#gaps.add(gapMs / 1000);
    if (gapMs > this.#maxGapMs) {
      this.#maxGapMs = gapMs;
      this.#maxGapIndex = this.#chunks + 1;
      this.#maxGapStartMs = fromMs;
      this.#maxGapLagMs = gapMs >= lagWorthyGapMs ? this.#loopLagSince(fromMs) : undefined;
    }
    if (gapMs >= this.#thresholdMs()) {
      this.#stalls++;
      this.#stallMs += gapMs;
    }
  }

  #thresholdMs(): number {
    const { seconds, firstOutputSeconds } = this.#thresholds;
    return 1000 * (this.#firstOutputMs === undefined ? firstOutputSeconds : seconds);
  }

  /**
   * Freezes the meter; later calls change nothing.
   *
   * @param at `now`, or `last_sign` for an ending that is noticed long after it happened: then the end is that of the
   *   last byte, the headers or the call.
   */
  end(at: 'now' | 'last_sign' = 'now'): void {
    if (this.#endMs !== undefined) return;
    this.#endMs = at === 'now' ? this.#clock() : this.#lastSeenMs;
    if (this.#isIdle) this.#waitMs += Math.max(0, this.#endMs - this.#idleSinceMs);
  }

  get #lastSeenMs(): number {
    return this.#signSeen ? this.#lastSignMs : (this.#openedMs ?? this.#startedMs);
  }

  get #signSeen(): boolean {
    return this.#firstByteMs !== undefined || this.#firstEventMs !== undefined;
  }

  get #nowMs(): number {
    return this.#endMs ?? this.#clock();
  }

  progress(): Progress {
    const endMs = this.#nowMs;
    return {
      headersSeen: this.#openedMs !== undefined,
      chunks: this.#chunks,
      durationSeconds: seconds(endMs - this.#startedMs),
      lastGapSeconds: seconds(endMs - this.#lastSeenMs),
      lastWaitSeconds: seconds(this.#waitMs - this.#waitAtLastSignMs),
      lastLoopLagSeconds: seconds(this.#loopLagSince(this.#lastSeenMs) ?? 0),
      stalled: this.#silenceMs >= this.#thresholdMs(),
    };
  }

  /** @param completed whether the ring of recent chunks, kept as evidence, can be left out. */
  facts(completed: boolean): StreamFacts {
    const facts: WritableFacts = {
      events: this.#events,
      chunks: this.#chunks,
      stalls: this.#stalls,
      stallSeconds: seconds(this.#stallMs),
      stallThresholdSeconds: this.#thresholdMs() / 1000,
      stallAtEnd: !completed && this.#silenceMs >= this.#thresholdMs(),
      bursts: this.#bursts,
      consumerWaitSeconds: seconds(this.#waitMs),
    };
    if (this.#bytes > 0 || this.#events === 0) facts.receivedBytes = this.#bytes;
    this.#writeTimes(facts);
    if (this.#gaps !== undefined) this.#writeGaps(facts, this.#gaps);
    if (!completed && this.#recent !== undefined) writeRecent(facts, this.#recent);
    return facts;
  }

  #writeTimes(facts: WritableFacts): void {
    const since = (ms: number) => seconds(ms - this.#startedMs);
    if (this.#headersMs !== undefined) facts.timeToHeadersSeconds = since(this.#headersMs);
    if (this.#firstByteMs !== undefined) facts.timeToFirstByteSeconds = since(this.#firstByteMs);
    if (this.#firstEventMs !== undefined) facts.timeToFirstEventSeconds = since(this.#firstEventMs);
    if (this.#firstChunkMs !== undefined) facts.ttftSeconds = since(this.#firstChunkMs);
    if (this.#firstOutputMs !== undefined) facts.timeToFirstOutputSeconds = since(this.#firstOutputMs);
    if (this.#firstChunkMs !== undefined) facts.timeToLastChunkSeconds = since(this.#lastChunkMs);
    if (this.#signSeen) facts.lastGapSeconds = seconds(this.#nowMs - this.#lastSignMs);
  }

  #writeGaps(facts: WritableFacts, gaps: GapHistogram): void {
    const max = seconds(this.#maxGapMs);
    // The middle of the top bucket may lie above the longest gap, which is known exactly.
    const quantile = (q: number) => Math.min(gaps.quantile(q) ?? 0, max);
    facts.gapP50Seconds = quantile(0.5);
    facts.gapP95Seconds = quantile(0.95);
    facts.gapP99Seconds = quantile(0.99);
    facts.maxGapSeconds = max;
    facts.maxGapIndex = this.#maxGapIndex;
    facts.maxGapOffsetSeconds = seconds(this.#maxGapStartMs - this.#startedMs);
    facts.gapHistogram = gaps.sparse();
    if (this.#maxGapLagMs !== undefined) facts.loopLagSeconds = seconds(this.#maxGapLagMs);
  }

  /** Time since the last content (or the headers, or the call) in which the reader was waiting. */
  get #silenceMs(): number {
    const opensMs = this.#openedMs ?? this.#startedMs;
    const sinceMs = this.#firstChunkMs === undefined ? opensMs : this.#lastChunkMs;
    return this.#nowMs - sinceMs - (this.#waitMs - this.#waitAtLastChunkMs);
  }
}

function writeRecent(facts: WritableFacts, recent: RecentChunks): void {
  const { offsetsMs, sizes } = recent.list();
  facts.recentChunkOffsets = offsetsMs.map(seconds);
  facts.recentChunkSizes = sizes;
}

/** Milliseconds to seconds, to the microsecond: below that is noise of the division. */
function seconds(ms: number): number {
  return Math.max(0, Math.round(ms * 1000)) / 1e6;
}
