import type { Tables } from '../clickhouse/tables.ts';

interface SystemLog {
  readonly name: string;
  readonly bytes: number;
}

/** Less than this is not worth a person's time, however small the data is. */
const MIN_BYTES = 1 << 30;

/**
 * ClickHouse's own logs (`system.query_log` and its like) grow for ever where nobody set a TTL, and outgrow what they are
 * about. The embedded server writes none. On a server that somebody else runs they are theirs to bound.
 *
 * @returns what to do about it, when those without a TTL together are larger than Weir's data; else undefined
 */
export async function systemLogWarning({ client }: Tables): Promise<string | undefined> {
  const answer = await client().query({
    query: `SELECT name, toFloat64(ifNull(total_bytes, 0)) AS bytes
            FROM system.tables
            WHERE database = 'system' AND name LIKE '%\\_log' AND engine LIKE '%MergeTree'
              AND position(engine_full, ' TTL ') = 0
            ORDER BY bytes DESC`,
    format: 'JSONEachRow',
  });
  return warningFor(await answer.json<SystemLog>(), await ownBytes(client()));
}

async function ownBytes(client: ReturnType<Tables['client']>): Promise<number> {
  const answer = await client.query({
    query: `SELECT toFloat64(sum(ifNull(total_bytes, 0))) AS bytes FROM system.tables WHERE database = currentDatabase()`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ bytes: number }>();
  return row?.bytes ?? 0;
}

export function warningFor(logs: readonly SystemLog[], dataBytes: number): string | undefined {
  const total = logs.reduce((sum, { bytes }) => sum + bytes, 0);
  const [largest] = logs;
  if (largest === undefined || total < MIN_BYTES || total <= dataBytes) return undefined;
  const gigabytes = (total / 1e9).toFixed(1);
  const names = logs
    .slice(0, 3)
    .map(({ name }) => `system.${name}`)
    .join(', ');
  return `ClickHouse's own logs without a TTL take ${gigabytes} GB, more than Weir's data: ${names}. Bound them, as in: ALTER TABLE system.${largest.name} MODIFY TTL event_date + INTERVAL 7 DAY. See docs/retention.md.`;
}
