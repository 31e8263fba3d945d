import {
  context,
  createContextKey,
  diag,
  type Link,
  type MeterProvider,
  metrics,
  ProxyTracerProvider,
  type Span,
  type SpanContext,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { StreamFacts } from '@weir/schemas/attributes';
import type { DroppedKind } from '@weir/schemas/metrics';
import {
  type CountedDecision,
  createStreamMetrics,
  type MetricOptions,
  type StreamMetrics,
} from './metrics.ts';
import type { EndedObservation } from './observe/observation.ts';
import { type SampleOption, sampleWeight } from './sampling.ts';
import { endStreamSpan, recordOpenStream, type SpanStart, startStreamSpan } from './span.ts';
import { spanName } from './span-attributes.ts';
import { sdkName, sdkVersion } from './version.ts';

export interface Telemetry {
  /**
   * Opens the span of one attempt, which was called `calledAgoMs` ago, under the span that is active now; `end` closes
   * it, once.
   */
  begin(facts: StreamFacts, links: readonly Link[] | undefined, calledAgoMs?: number): OpenSpan;
  /** The id of the span that is active now; '' without one. */
  activeSpanId(): string;
  /** Counts a bug of ours, and logs the first one by the OpenTelemetry diagnostics logger. */
  bug(error: unknown): void;
  /** Counts what there was no room to keep. Never throws. */
  dropped(kind: DroppedKind): void;
  /** Counts what a resilience helper did after an attempt that ended by `reason`. Never throws. */
  decided(reason: string, decision: CountedDecision): void;
  /** Has the tracer provider send what it holds. Never rejects. */
  flush(): Promise<void>;
}

export interface OpenSpan {
  readonly context: SpanContext;
  /** Calls `work` with this span as the active one, so that other instrumentations nest under it. */
  run<T>(work: () => T): T;
  end(ended: EndedObservation, facts: StreamFacts, dimensions: Readonly<Record<string, string>>): void;
  /** Reports what is known so far, by a span under this one. Absent where open streams are never reported. */
  reportOpen?(
    soFar: EndedObservation,
    facts: StreamFacts,
    dimensions: Readonly<Record<string, string>>,
    nextSeconds: number,
  ): void;
}

export interface TelemetryOptions {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly meterProvider?: MeterProvider | undefined;
  readonly sample?: SampleOption | undefined;
  /** Default: older names, no chunk times. */
  readonly metrics?: Required<MetricOptions> | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The same for every copy of the SDK: OpenTelemetry makes one symbol of one name. */
const insideKey = createContextKey('weir.exchange');

/** That of `suppressTracing()` in `@opentelemetry/core`, by which exporters say that nobody is to watch them. */
const suppressedKey = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** @returns whether calls made here are somebody else's to report, or nobody's; false without a context manager. */
export function isNotToBeObserved(): boolean {
  const active = context.active();
  return active.getValue(insideKey) === true || active.getValue(suppressedKey) === true;
}

const defaultMetrics = { names: 'operation', chunkTimes: false } as const;

/** Spans and metrics by whatever OpenTelemetry set-up the process has; without one, nothing happens. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  let instruments: { provider: MeterProvider; metrics: StreamMetrics } | undefined;
  let bugLogged = false;

  // The global meter provider has no proxy: one that is registered later must be looked up again.
  const streamMetrics = (): StreamMetrics => {
    const provider = options.meterProvider ?? metrics.getMeterProvider();
    if (instruments?.provider !== provider) {
      const meter = provider.getMeter(sdkName, sdkVersion);
      instruments = { provider, metrics: createStreamMetrics(meter, options.metrics ?? defaultMetrics) };
    }
    return instruments.metrics;
  };
  const tracer = () => (options.tracerProvider ?? trace.getTracerProvider()).getTracer(sdkName, sdkVersion);
  const bug = (error: unknown): void => {
    try {
      streamMetrics().bug();
    } catch (meterBug) {
      // The meter may be what is broken; then the log below is all there is.
      diag.debug('weir: weir.sdk.errors could not be counted', meterBug);
    }
    if (bugLogged) return;
    bugLogged = true;
    diag.error(
      'weir: an error in the instrumentation was kept from the application; further ones are only counted',
      error,
    );
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      bug(error);
    }
  };
  const weightOf = (stream: StreamFacts, key: string): number | undefined => {
    if (options.sample === undefined) return undefined;
    try {
      return sampleWeight(options.sample, stream, key);
    } catch (error) {
      bug(error);
      return 1;
    }
  };

  const closing: Closing = { tracer, weightOf, streamMetrics, guarded };

  return {
    begin(facts, links, calledAgoMs = 0) {
      const parent = context.active();
      const startedAtMs = options.now() - calledAgoMs;
      const span = startStreamSpan(tracer(), {
        facts,
        startedAtMs,
        parent,
        ...(links === undefined ? {} : { links }),
      });
      return new StreamSpan(span, { facts, startedAtMs, parent }, closing);
    },
    activeSpanId: () => trace.getActiveSpan()?.spanContext().spanId ?? '',
    bug,
    dropped: (kind) => guarded(() => streamMetrics().dropped(kind)),
    decided: (reason, decision) => guarded(() => streamMetrics().decided(reason, decision)),
    flush: () => flushProvider(options.tracerProvider ?? trace.getTracerProvider()),
  };
}

/** What all spans share at their ends. */
interface Closing {
  readonly tracer: () => Tracer;
  /** Undefined where every stream is kept. */
  readonly weightOf: (stream: StreamFacts, key: string) => number | undefined;
  readonly streamMetrics: () => StreamMetrics;
  readonly guarded: (work: () => void) => void;
}

/** One is open for each stream in flight: state in fields and methods on the prototype keep it small. */
class StreamSpan implements OpenSpan {
  readonly #span: Span;
  readonly #start: Omit<SpanStart, 'links'>;
  readonly #closing: Closing;

  constructor(span: Span, start: Omit<SpanStart, 'links'>, closing: Closing) {
    this.#span = span;
    this.#start = start;
    this.#closing = closing;
  }

  get context(): SpanContext {
    return this.#span.spanContext();
  }

  run<T>(work: () => T): T {
    return context.with(trace.setSpan(this.#start.parent, this.#span).setValue(insideKey, true), work);
  }

  end(
    { verdict, durationSeconds }: EndedObservation,
    ended: StreamFacts,
    dimensions: Readonly<Record<string, string>>,
  ): void {
    const { facts, startedAtMs } = this.#start;
    const { weightOf, streamMetrics } = this.#closing;
    const endedAtMs = startedAtMs + durationSeconds * 1000;
    const known = { ...facts, ...ended };
    // Not the id that attempts are given when they end: processes that share the trace do not share that.
    const weight = weightOf(known, facts.requestId ?? this.context.traceId);
    const name = facts.model === known.model ? undefined : spanName(known);
    const written = weight === undefined ? ended : { ...ended, sampleWeight: weight };
    endStreamSpan(this.#span, { name, facts: written, dimensions, verdict, endedAtMs });
    streamMetrics().ended(known, durationSeconds);
  }

  reportOpen(
    { verdict, durationSeconds }: EndedObservation,
    soFar: StreamFacts,
    dimensions: Readonly<Record<string, string>>,
    nextSeconds: number,
  ): void {
    const { facts, startedAtMs, parent } = this.#start;
    const { tracer, guarded } = this.#closing;
    const stage = verdict === undefined ? {} : { stage: verdict.stage, initiator: verdict.initiator };
    guarded(() =>
      recordOpenStream(tracer(), this.#span, parent, {
        facts: { ...facts, ...soFar, ...stage },
        dimensions,
        startedAtMs,
        endedAtMs: startedAtMs + durationSeconds * 1000,
        nextSeconds,
      }),
    );
  }
}

/** Has a provider send what it holds: the API has no word for it, the providers do. Never rejects. */
export async function flushProvider(provider: TracerProvider | MeterProvider): Promise<void> {
  const delegate: object = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  if (!('forceFlush' in delegate) || typeof delegate.forceFlush !== 'function') return;
  try {
    await delegate.forceFlush();
  } catch (error) {
    diag.error('weir: telemetry could not be sent', error);
  }
}
