import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { attributes } from '@weir/schemas/attributes';
import { observeFetch, observeStream } from '@weir/sdk';

/** What the application does with the body of an answer. */
export type Use = 'read' | 'abort' | 'break' | 'iterate' | 'observe_stream';

/** One call of the scenario, as JSON: a runtime needs nothing but this to make it. */
export interface Call {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly use: Use;
}

/** What came of a call, and what its spans say. */
export interface Outcome {
  readonly name: string;
  /** Name of the error that the application saw; '' for none. */
  readonly error: string;
  /** Whether the application got the same text as without observation; undefined where it did not read to the end. */
  readonly isSame: boolean | undefined;
  readonly spans: readonly Record<string, unknown>[];
}

type Fetch = typeof fetch;

const told = ['outcome', 'reason', 'stage', 'initiator', 'chunks', 'protocol'] as const;
const patienceMs = 5_000;
const pollMs = 5;

/** Makes every call once as it is and once observed. Runs on every runtime: it uses nothing of any of them. */
export async function runScenario(calls: readonly Call[]): Promise<Outcome[]> {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const options = { tracerProvider };
  const observed = observeFetch(fetch, options);
  const outcomes: Outcome[] = [];
  for (const call of calls) {
    const bare = await make(call, fetch, asItIs);
    const seen =
      call.use === 'observe_stream'
        ? await make(call, fetch, (pieces) => observeStream(pieces, { ...options, model: 'gpt-4.1' }))
        : await make(call, observed, asItIs);
    await until(() => exporter.getFinishedSpans().length > 0);
    const isWhole = bare.text !== undefined && seen.text !== undefined;
    outcomes.push({
      name: call.name,
      error: seen.error,
      isSame: isWhole ? bare.text === seen.text && bare.error === seen.error : undefined,
      spans: exporter
        .getFinishedSpans()
        .map((span) =>
          Object.fromEntries(told.map((name) => [name, span.attributes[attributes[name].key] ?? null])),
        ),
    });
    exporter.reset();
  }
  return outcomes;
}

interface Answer {
  readonly error: string;
  /** Undefined where the application did not mean to read to the end. */
  readonly text: string | undefined;
}

type Watch = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

const asItIs: Watch = (pieces) => pieces;

/** Ids and times differ from one answer to the next. */
function comparable(text: string): string {
  return text.replace(/chatcmpl-\w+|req_\w+/g, 'id').replace(/("created":)\d+/g, '$10');
}

async function make({ url, headers, body, use }: Call, fetch: Fetch, watch: Watch): Promise<Answer> {
  const decoder = new TextDecoder();
  let text = '';
  // Reads may hold several chunks each: what has come decides, not how often something came.
  const hasContent = () => /"content":"[^"]/.test(text);
  try {
    const controller = new AbortController();
    const request = { method: 'POST', headers: { ...headers }, body, signal: controller.signal };
    const response = await fetch(url, request);
    if (use === 'read') return { error: '', text: comparable(await response.text()) };
    for await (const bytes of watch(piecesOf(response, use))) {
      text += decoder.decode(bytes, { stream: true });
      if (use === 'break' && hasContent()) return { error: '', text: undefined };
      if (use === 'abort' && hasContent()) controller.abort();
    }
    return { error: '', text: comparable(text) };
  } catch (error) {
    return {
      error: error instanceof Error ? error.name : String(error),
      text: use === 'abort' ? undefined : comparable(text),
    };
  }
}

/** By a reader where the application takes one, by the iterator of the body where the runtime has that. */
function piecesOf({ body }: Response, use: Use): AsyncIterable<Uint8Array> {
  if (body === null) throw new TypeError('The answer has no body');
  return use === 'iterate' && Symbol.asyncIterator in body ? body : read(body);
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isOver = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) await reader.cancel();
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs && !condition(); waitedMs += pollMs) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
