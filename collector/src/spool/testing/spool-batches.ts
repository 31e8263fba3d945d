import { hash } from 'node:crypto';
import { PAYLOAD_HASH_BYTES, SPAN_KEY_BYTES, type SpoolRecord } from '../record.ts';
import type { AppendResult, Batch, Sink } from '../sink.ts';
import { projectTag, writeSpanKey } from '../span-window.ts';
import type { Spool } from '../spool.ts';

/** A request with these spans, as the receiver makes a batch of it. The block is the numbers of its new spans. */
export function send(sink: Sink, spans: readonly number[], blockBytes = 0): Promise<AppendResult> {
  const keys = Buffer.alloc(spans.length * SPAN_KEY_BYTES);
  const taken: number[] = [];
  for (const span of spans) {
    const at = taken.length * SPAN_KEY_BYTES;
    writeSpanKey(
      keys,
      at,
      projectTag('default'),
      (span + 1).toString(16).padStart(32, '0'),
      '00000000000000aa',
    );
    if (sink.spans.add(keys, at)) taken.push(span);
  }
  return sink.append(batchOf(spans, taken, keys.subarray(0, taken.length * SPAN_KEY_BYTES), blockBytes));
}

function batchOf(
  sent: readonly number[],
  taken: readonly number[],
  spanKeys: Buffer,
  blockBytes: number,
): Batch {
  const payloadHash = Buffer.from(hash('sha256', sent.join(), 'hex'), 'hex')
    .subarray(0, PAYLOAD_HASH_BYTES)
    .toString('base64url');
  return {
    ...{ payloadHash, rows: taken.length, spanKeys },
    block: Buffer.from(taken.join().padEnd(blockBytes)),
    openReports: '',
  };
}

export function spansOf(records: readonly SpoolRecord[]): number[] {
  return records.flatMap(({ block }) => block.toString().trim().split(',').map(Number));
}

/** Every span in the sealed segments. */
export async function spansWaiting(spool: Spool): Promise<number[]> {
  const records = await Promise.all(spool.sealed.map((segment) => spool.read(segment)));
  return spansOf(records.flat());
}
