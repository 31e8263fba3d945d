import type { TableData } from '../table-data.ts';
import type { ChartRow, ChartSeries } from './series.ts';

/** A chart's rows as a table: one line a bucket, times in UTC. */
export function chartTable(rows: readonly ChartRow[], series: readonly ChartSeries[]): TableData {
  return {
    columns: ['Time (UTC)', ...series.map(({ label }) => label)],
    rows: rows.map(({ startMs, values }) => [
      new Date(startMs).toISOString().replace('.000Z', 'Z'),
      ...series.map(({ key }) => values[key] ?? null),
    ]),
  };
}
