import { context, createContextKey, isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import type { AttemptScope } from './attempts/attempt-scope.ts';

const key = createContextKey('weir.attempt_scope');

/** Holds while `work` runs synchronously, for runtimes without a context manager: there `with` carries nothing. */
let synchronous: AttemptScope | undefined;

/**
 * Calls `work` so that every observed call that it makes counts as an attempt of `scope`: synchronously on every
 * runtime, and after an `await` where OpenTelemetry has a context manager that follows asynchronous calls.
 */
export function runAsAttempt<T>(scope: AttemptScope, work: () => T): T {
  const before = synchronous;
  synchronous = scope;
  try {
    return context.with(context.active().setValue(key, scope), work);
  } finally {
    synchronous = before;
  }
}

/** @returns what the call that is being made is an attempt of. */
export function activeAttemptScope(): AttemptScope | undefined {
  return (context.active().getValue(key) as AttemptScope | undefined) ?? synchronous;
}

/** @returns false for the span of a process without a tracer provider, which nobody will ever see. */
export function isExported(span: SpanContext): boolean {
  return isSpanContextValid(span);
}
