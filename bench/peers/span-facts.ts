import type { SpanRecord } from './subject.ts';

/** What a person who reads the span can tell from it. */
export interface SpanFacts {
  /** The words on the span that say that it did not end well; undefined where nothing does. */
  readonly mark: string | undefined;
  readonly finishReasons: readonly string[];
  readonly timeToFirstChunk: { readonly name: string; readonly seconds: number } | undefined;
}

const modelSpan = /^(gen_ai|llm|openinference|langfuse|langsmith|traceloop|ai|weir)\./;

/** Instrumentations of HTTP give spans too; they are not asked about streams. */
export function isModelSpan(span: SpanRecord): boolean {
  return Object.keys(span.attributes).some((key) => modelSpan.test(key));
}

export function factsOf(span: SpanRecord): SpanFacts {
  return {
    mark: markOf(span),
    finishReasons: finishReasonsOf(span),
    timeToFirstChunk: timeToFirstChunkOf(span),
  };
}

const badStatus = /^(?!ok$|unset$|undefined$).+/i;
const badKey =
  /error|exception|outcome|termination|status|level|abort|cancel|incomplete|truncat|disconnect|interrupt/i;
const badWord =
  /error|fail|abort|cancel|truncat|incomplete|time.?out|reset|break|broken|disconnect|interrupt|exception/i;
const contentKey = /input|output|prompt|completion\.|message\.content|messages/i;

function markOf(span: SpanRecord): string | undefined {
  if (badStatus.test(span.status))
    return `status ${[span.status, span.statusMessage].filter(Boolean).join(': ')}`;
  const event = span.events.find(({ name }) => badWord.test(name));
  if (event !== undefined) return `event ${event.name}`;
  for (const [key, value] of Object.entries(span.attributes)) {
    if (/(^|\.)error(\.type|\.message)?$/.test(key)) return `${key} = ${String(value)}`;
    if (contentKey.test(key) || !badKey.test(key)) continue;
    if (value === true || badWord.test(String(value))) return `${key} = ${String(value)}`;
  }
  const honest = finishReasonsOf(span).find((reason) => badWord.test(reason));
  return honest === undefined ? undefined : `finish reason ${honest}`;
}

/** From attributes of their own, else from the answer that the span carries as JSON. */
function finishReasonsOf(span: SpanRecord): string[] {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(span.attributes)) {
    if (/(finish|stop)_?reasons?(\.\w+)?$/i.test(key)) {
      for (const reason of reasonsIn(value)) found.add(reason);
    } else if (typeof value === 'string') {
      for (const match of value.matchAll(/"finish_?reason"\s*:\s*"(\w+)"/gi)) found.add(match[1] ?? '');
    }
  }
  return [...found];
}

function reasonsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(reasonsIn);
  if (typeof value !== 'string') return [];
  return value.match(/[a-z_-]+/gi) ?? [];
}

/** Name, and seconds per unit. All of these are in use for the time from the call to the first chunk. */
const durationAttributes: readonly (readonly [name: string, unit: number])[] = [
  ['gen_ai.response.time_to_first_chunk', 1],
  ['gen_ai.client.operation.time_to_first_chunk', 1],
  ['gen_ai.response.time_to_first_token', 1],
  ['gen_ai.server.time_to_first_token', 1],
  ['gen_ai.server.ttft', 1],
  ['llm.time_to_first_token', 1],
  ['ai.response.msToFirstChunk', 1e-3],
  ['ai.stream.msToFirstChunk', 1e-3],
];
const timeOfDayAttributes = ['langfuse.observation.completion_start_time'];
const firstChunkEvent = /first.?(token|chunk)|new_token/i;

function timeToFirstChunkOf(span: SpanRecord): SpanFacts['timeToFirstChunk'] {
  for (const [name, unit] of durationAttributes) {
    const value = span.attributes[name];
    if (typeof value === 'number') return { name, seconds: value * unit };
  }
  for (const name of timeOfDayAttributes) {
    const value = span.attributes[name];
    if (typeof value !== 'string') continue;
    const atMs = Date.parse(value.replaceAll('"', ''));
    if (!Number.isNaN(atMs)) return { name, seconds: (atMs - span.startMs) / 1000 };
  }
  const event = span.events.find(({ name }) => firstChunkEvent.test(name));
  return event && { name: `event ${event.name}`, seconds: (event.atMs - span.startMs) / 1000 };
}
