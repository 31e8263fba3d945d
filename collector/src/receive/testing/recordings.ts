import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { OtlpEncoding } from '../otlp-encoding.ts';

/** What a real instrumentation sent of streams that ended in several ways; `node bench/peers/record.ts` makes them. */
export interface Instrumentation {
  /** Name of its file. */
  readonly name: string;
  readonly title: string;
  /** Versions by package. */
  readonly packages: Readonly<Record<string, string>>;
  readonly recordings: readonly Recording[];
}

export interface Recording {
  readonly ending: string;
  /** Unix milliseconds. */
  readonly recordedAtMs: number;
  /** From the call to the first text, as the application saw it. */
  readonly timeToFirstChunkSeconds: number | null;
  readonly requests: readonly RecordedRequest[];
}

export interface RecordedRequest {
  readonly encoding: OtlpEncoding;
  readonly body: Buffer;
}

interface RecordedFile {
  readonly title: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly recordings: readonly {
    readonly ending: string;
    readonly recordedAt: string;
    readonly timeToFirstChunkMs: number | null;
    readonly requests: readonly { readonly contentType: string; readonly gzippedBody: string }[];
  }[];
}

const folder = new URL('recorded/', import.meta.url);

export function readRecordings(): readonly Instrumentation[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => readInstrumentation(file));
}

function readInstrumentation(file: string): Instrumentation {
  const { title, packages, recordings } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  ) as RecordedFile;
  return {
    name: file.replace(/\.json$/, ''),
    title,
    packages,
    recordings: recordings.map(({ ending, recordedAt, timeToFirstChunkMs, requests }) => ({
      ending,
      recordedAtMs: Date.parse(recordedAt),
      timeToFirstChunkSeconds: timeToFirstChunkMs === null ? null : timeToFirstChunkMs / 1_000,
      requests: requests.map(({ contentType, gzippedBody }) => ({
        encoding: contentType.includes('json') ? 'json' : 'protobuf',
        body: gunzipSync(Buffer.from(gzippedBody, 'base64')),
      })),
    })),
  };
}
