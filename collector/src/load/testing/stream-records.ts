import { streamColumns } from '@weir/schemas/stream-record';
import { StreamBlock, type StreamValue } from '../../clickhouse/native-block.ts';
import type { SpoolRecord } from '../../spool/record.ts';

/** One record of the spool with so many streams, each of a trace of its own. */
export function recordsOfStreams(rows: number, endedAtMs: number): SpoolRecord[] {
  const block = new StreamBlock();
  for (let row = 0; row < rows; row += 1) {
    block.append(streamColumns.map(({ kind, field }) => storedValue(kind, field, { row, endedAtMs })));
  }
  const none = Buffer.alloc(0);
  return [{ payloadHash: none, spanKeys: none, rows, block: block.take() }];
}

function storedValue(
  kind: (typeof streamColumns)[number]['kind'],
  field: string,
  { row, endedAtMs }: { readonly row: number; readonly endedAtMs: number },
): StreamValue {
  if (field === 'traceId') return row.toString(16).padStart(32, '0');
  if (field === 'project') return 'default';
  if (kind === 'time') return endedAtMs;
  if (kind === 'texts' || kind === 'counts' || kind === 'secondsList' || kind === 'histogram') return [];
  if (kind === 'map') return {};
  if (kind === 'weight') return 1;
  return kind === 'text' || kind === 'label' || kind === 'dimension' || kind === 'id' ? '' : null;
}
