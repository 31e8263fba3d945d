import type { ClickHouseClient } from '@clickhouse/client';

/** Rows of a segment that ClickHouse has, by day of `ended_at` as `YYYY-MM-DD`. */
export type StoredRows = ReadonlyMap<string, number>;

/** @throws whatever the client throws while ClickHouse does not answer */
export type CountStoredRows = (segment: string) => Promise<StoredRows>;

export function countStoredRowsWith(client: () => ClickHouseClient): CountStoredRows {
  return async (segment) => {
    const answer = await client().query({
      query: `SELECT toString(toDate(ended_at)) AS day, toFloat64(count()) AS rows
              FROM streams WHERE segment = {segment:String} GROUP BY day`,
      query_params: { segment },
      format: 'JSONEachRow',
    });
    const days = await answer.json<{ day: string; rows: number }>();
    return new Map(days.map(({ day, rows }) => [day, rows]));
  };
}
