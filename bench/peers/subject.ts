/**
 * What the runs of `bench/peers` and `bench/overhead` know of an instrumentation. Each has a folder under `subjects/`
 * with a package of its own, so that no version of one decides a version of another.
 */

/** A finished span as plain data, whichever library made it. */
export interface SpanRecord {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** In the words of the library: `ERROR`, `OK`, `UNSET`, `cancelled`. */
  readonly status: string;
  readonly statusMessage: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly SpanEventRecord[];
}

export interface SpanEventRecord {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One streamed question. */
export interface ChatCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Asks the provider for the token counts, which it otherwise keeps to itself. */
  readonly asksForUsage?: boolean;
}

/** A client with an instrumentation around it, as its documentation says to set it up. */
export interface Subject {
  /** Rejects and iterates as the client does. Each item is the text of one chunk; '' for a chunk without text. */
  open(call: ChatCall): Promise<AsyncIterable<string>>;
  /** Runs the application inside a span of its own, where the instrumentation needs one to work. */
  inRequest?<T>(run: () => Promise<T>): Promise<T>;
  /** Sends what has not been sent. */
  flush?(): Promise<void>;
}

export interface SubjectOptions {
  /** Of an OpenAI-compatible server, with `/v1`. */
  readonly baseURL: string;
  /** Gets every span that the instrumentation finishes, and as what its OpenTelemetry SDK would export, if it has one. */
  readonly onSpan: (span: SpanRecord, exportable?: unknown) => void;
}

export type CreateSubject = (options: SubjectOptions) => Subject | Promise<Subject>;

export interface SubjectEntry {
  /** Its folder under `subjects/`. */
  readonly folder: string;
  readonly title: string;
  /** Packages whose versions the report states. */
  readonly packages: readonly string[];
  /** How the report says it is used. */
  readonly use: string;
  /** Further arguments of Node that its documentation asks for. */
  readonly nodeArguments?: readonly string[];
}

export const weir: SubjectEntry = {
  folder: 'weir',
  title: 'Weir',
  packages: ['openai'],
  use: '`startWeir()`, then `openai`',
};

export const peers: readonly SubjectEntry[] = [
  {
    folder: 'traceloop',
    title: 'Traceloop',
    packages: ['@traceloop/instrumentation-openai', 'openai'],
    use: 'registered as an OpenTelemetry instrumentation, which takes `openai` below 7',
  },
  {
    folder: 'langfuse',
    title: 'Langfuse',
    packages: ['@langfuse/openai', '@langfuse/otel', 'openai'],
    use: '`observeOpenAI(client)`',
  },
  {
    folder: 'openinference',
    title: 'OpenInference',
    packages: ['@arizeai/openinference-instrumentation-openai', 'openai'],
    use: 'registered as an OpenTelemetry instrumentation',
  },
  {
    folder: 'otel-contrib',
    title: 'OTel contrib',
    packages: ['@opentelemetry/instrumentation-openai', 'openai'],
    use: 'registered as an OpenTelemetry instrumentation, which takes `openai` below 7',
  },
  {
    folder: 'openlit',
    title: 'OpenLIT',
    packages: ['openlit', 'openai'],
    use: '`Openlit.init()` before `openai` is loaded',
  },
  {
    folder: 'langsmith',
    title: 'LangSmith',
    packages: ['langsmith', 'openai'],
    use: '`wrapOpenAI(client)` in OpenTelemetry mode, inside a span of the application: outside of one it finishes no span of a stream',
  },
  {
    folder: 'sentry',
    title: 'Sentry',
    packages: ['@sentry/node', 'openai'],
    use: '`Sentry.init()` with `openAIIntegration`',
    nodeArguments: ['--import', '@sentry/node/import'],
  },
  {
    folder: 'vercel-ai',
    title: 'Vercel AI SDK',
    packages: ['ai', '@ai-sdk/openai', '@ai-sdk/otel'],
    use: '`streamText` with `registerTelemetry(new OpenTelemetry())`',
  },
];

/** What `subjects/<folder>/subject.ts` exports. */
export interface SubjectModule {
  readonly createSubject: CreateSubject;
  /** The same client without the instrumentation. */
  readonly createBare: CreateSubject;
}

export async function loadSubject(folder: string): Promise<SubjectModule> {
  return import(new URL(`subjects/${folder}/subject.ts`, import.meta.url).href);
}
