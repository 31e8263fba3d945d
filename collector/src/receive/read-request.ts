import { hash } from 'node:crypto';
import { StreamBlock } from '../clickhouse/native-block.ts';
import type { Batch } from '../load/sink.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { SpanReader } from './span-reader.ts';
import type { Tally } from './tally.ts';
import { DecodeError } from './trace-visitor.ts';

export type ReadRequest =
  | { readonly status: 'ok'; readonly tally: Tally; readonly batch: Batch }
  | { readonly status: 'undecodable'; readonly reason: string };

export interface RequestReaderOptions {
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
}

/** Turns a decompressed body into a batch of streams. */
export type RequestReader = (body: Buffer, encoding: OtlpEncoding, project: string) => ReadRequest;

export function createRequestReader({ now }: RequestReaderOptions): RequestReader {
  // Reading a request is synchronous, so one block serves all of them.
  const block = new StreamBlock();
  return (body, encoding, project) => {
    const store = block.append.bind(block);
    const reader = new SpanReader({ project, receivedAtMs: now(), store });
    try {
      if (encoding === 'protobuf') decodeProtobuf(body, reader);
      else decodeJson(body, reader);
    } catch (error) {
      block.clear();
      if (error instanceof DecodeError) return { status: 'undecodable', reason: error.message };
      throw error;
    }
    const rows = block.rows;
    const batch = { payloadHash: payloadHash(body, project), rows, block: block.take() };
    return { status: 'ok', tally: reader.tally, batch };
  };
}

function payloadHash(body: Buffer, project: string): string {
  return `${project}-${hash('sha256', body, 'base64url')}`;
}
