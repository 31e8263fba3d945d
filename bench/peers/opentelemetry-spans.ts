import type { SpanRecord, SubjectOptions } from './subject.ts';

/**
 * A span processor that hands on every span as it ends, without sampling, batching or filtering.
 *
 * Typed by structure: every subject brings an OpenTelemetry SDK of its own version.
 */
export function spanTap(onSpan: SubjectOptions['onSpan']) {
  return {
    onStart: () => undefined,
    onEnd: (span: EndedSpan) => onSpan(recordOf(span), span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

type HighResolutionTime = readonly [seconds: number, nanoseconds: number];

/** What all versions of `ReadableSpan` have. */
interface EndedSpan {
  readonly name: string;
  readonly startTime: HighResolutionTime;
  readonly endTime: HighResolutionTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly time: HighResolutionTime;
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }[];
}

const statusNames = ['UNSET', 'OK', 'ERROR'];

function recordOf(span: EndedSpan): SpanRecord {
  return {
    name: span.name,
    startMs: millisecondsOf(span.startTime),
    endMs: millisecondsOf(span.endTime),
    status: statusNames[span.status.code] ?? String(span.status.code),
    statusMessage: span.status.message,
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes }) => ({
      name,
      atMs: millisecondsOf(time),
      attributes: attributes ?? {},
    })),
  };
}

function millisecondsOf([seconds, nanoseconds]: HighResolutionTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
