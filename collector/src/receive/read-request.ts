import { createHash } from 'node:crypto';
import { StreamBlock } from '../clickhouse/native-block.ts';
import { type OpenReport, openReportLine } from '../lost/open-report.ts';
import { PAYLOAD_HASH_BYTES, SPAN_KEY_BYTES } from '../spool/record.ts';
import type { Batch, KnownSpans } from '../spool/sink.ts';
import { projectTag, writeSpanKey } from '../spool/span-window.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { defaultMaxAgeMs } from './limits.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { SpanReader } from './span-reader.ts';
import type { Tally } from './tally.ts';
import { DecodeError } from './trace-visitor.ts';
import { createValueLimits, type ValueLimits } from './value-limits.ts';

export type ReadRequest =
  | { readonly status: 'ok'; readonly tally: Tally; readonly batch: Batch }
  | { readonly status: DecodeError['status']; readonly reason: string };

export interface RequestReaderOptions {
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Gets the spans of every batch; leaves those out that it knows. */
  readonly spans: KnownSpans;
  /** What the dimensions of each project may hold. Default: limits of its own, which nothing remembers. */
  readonly values?: ValueLimits;
  /** How long streams of a project are kept, milliseconds. Default 30 days. */
  readonly maxAgeMs?: (project: string) => number;
}

/** Turns a decompressed body into a batch of streams. */
export type RequestReader = (body: Buffer, encoding: OtlpEncoding, project: string) => ReadRequest;

export function createRequestReader({
  now,
  spans,
  values = createValueLimits(),
  maxAgeMs = () => defaultMaxAgeMs,
}: RequestReaderOptions): RequestReader {
  // Reading a request is synchronous, so one block serves all of them.
  const block = new StreamBlock();
  return (body, encoding, project) => {
    const store = block.append.bind(block);
    const keys = new SpanKeys(spans, project);
    const isNew = keys.add.bind(keys);
    const receivedAtMs = now();
    const ofProject = values.of(project, receivedAtMs);
    let openReports = '';
    const report = (open: OpenReport) => {
      openReports += openReportLine(open);
    };
    const reader = new SpanReader({
      ...{ project, receivedAtMs, isNew, store, report },
      maxAgeMs: maxAgeMs(project),
      values: ofProject,
    });
    try {
      if (encoding === 'protobuf') decodeProtobuf(body, reader);
      else decodeJson(body, reader);
    } catch (error) {
      block.clear();
      spans.remove(keys.bytes);
      if (error instanceof DecodeError) return { status: error.status, reason: error.message };
      throw error;
    }
    const rows = block.rows;
    const batch = {
      payloadHash: payloadHash(body, project),
      rows,
      spanKeys: keys.bytes,
      block: rows === 0 ? Buffer.alloc(0) : block.take(),
      openReports,
    };
    return { status: 'ok', tally: reader.tally, batch };
  };
}

function payloadHash(body: Buffer, project: string): string {
  const hash = createHash('sha256').update(project).update('\0').update(body).digest();
  return hash.toString('base64url', 0, PAYLOAD_HASH_BYTES);
}

/** The keys of a request's new spans. */
class SpanKeys {
  readonly #spans: KnownSpans;
  readonly #project: number;
  #bytes = Buffer.allocUnsafe(64 * SPAN_KEY_BYTES);
  #length = 0;

  constructor(spans: KnownSpans, project: string) {
    this.#spans = spans;
    this.#project = projectTag(project);
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @returns false when the span is known */
  add(traceId: string, spanId: string): boolean {
    if (this.#length === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.allocUnsafe(this.#bytes.length)]);
    }
    writeSpanKey(this.#bytes, this.#length, this.#project, traceId, spanId);
    if (!this.#spans.add(this.#bytes, this.#length)) return false;
    this.#length += SPAN_KEY_BYTES;
    return true;
  }
}
