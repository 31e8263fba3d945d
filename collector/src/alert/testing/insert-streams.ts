import { randomBytes } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';

export interface StreamsSpec {
  /** Unix milliseconds; the streams end evenly in [from, to), and so do the failed among them. */
  readonly from: number;
  readonly to: number;
  readonly streams: number;
  readonly failed: number;
  readonly model?: string;
  readonly attachment?: string;
}

/** Puts streams into ClickHouse as if they had been received. */
export async function insertStreams(
  client: ClickHouseClient,
  ...specs: readonly StreamsSpec[]
): Promise<void> {
  await client.insert({ table: 'streams', values: specs.flatMap(rowsOf), format: 'JSONEachRow' });
}

function rowsOf(spec: StreamsSpec): Record<string, unknown>[] {
  const { from, to, streams, failed, model = 'gpt-5', attachment = 'none' } = spec;
  const isFailure = (index: number) =>
    Math.floor(((index + 1) * failed) / streams) > Math.floor((index * failed) / streams);
  return Array.from({ length: streams }, (_, index) => {
    const endedAt = (from + ((to - from) * index) / streams) / 1000;
    return {
      trace_id: randomBytes(16)
        .toString('latin1')
        .replaceAll(/[^ -~]/g, 'x'),
      span_id: randomBytes(8)
        .toString('latin1')
        .replaceAll(/[^ -~]/g, 'x'),
      ended_at: endedAt.toFixed(3),
      started_at: (endedAt - 2).toFixed(3),
      received_at: endedAt.toFixed(3),
      outcome: isFailure(index) ? 'failed' : 'completed',
      model,
      attachment_class: attachment,
    };
  });
}
