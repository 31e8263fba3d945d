import { existsSync, readFileSync } from 'node:fs';

/** Stream bodies as providers sent them. They live beside the repository and may be absent; see CONTRIBUTING.md. */
const root = new URL('../../../../shared/data/streams/', import.meta.url);

export const recordingsAreHere: boolean = existsSync(new URL('index.json', root));

export interface RecordedStream {
  readonly file: string;
  readonly api: string;
  readonly http: { readonly url?: string; readonly content_type?: string };
  readonly expected: {
    readonly termination: string;
    readonly finish_reasons: readonly (string | null)[] | null;
    readonly terminal_event: string | null;
    readonly done_sentinel: boolean;
    readonly error: { readonly code?: unknown } | null;
    readonly data_events: number | null;
    readonly input_tokens: number | null;
    readonly output_tokens: number | null;
    readonly thoughts_tokens: number | null;
    readonly model: string | null;
    readonly response_id: string | null;
    readonly reasoning: boolean;
    readonly refusal: boolean;
  };
}

interface StreamIndex {
  readonly count: number;
  readonly entries: readonly RecordedStream[];
}

export interface RecordedError {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly source: { readonly path: string };
}

export interface ConformanceCase {
  readonly name: string;
  readonly body_b64: string;
  /** Base64 of each read, where the case is about how the body is split. */
  readonly chunks: readonly string[] | null;
  readonly expect: readonly { readonly event: string; readonly data: string; readonly id: string }[];
}

/** @returns an empty index where the recordings are absent. */
export function recordedStreams(): StreamIndex {
  return recordingsAreHere ? (readJson('index.json') as StreamIndex) : { count: 0, entries: [] };
}

export function recordedErrors(): readonly RecordedError[] {
  return recordingsAreHere ? (readJson('http-errors/errors.json') as readonly RecordedError[]) : [];
}

export function conformanceCases(): readonly ConformanceCase[] {
  if (!recordingsAreHere) return [];
  return (readJson('sse-conformance/cases.json') as { cases: readonly ConformanceCase[] }).cases;
}

export function bodyOf(stream: RecordedStream): Uint8Array {
  return new Uint8Array(readFileSync(new URL(stream.file, root)));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}
