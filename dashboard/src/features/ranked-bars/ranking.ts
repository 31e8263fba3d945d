import type { BreakdownRow } from '@weir/schemas/api';
import { formatRatio } from '../../lib/format/numbers.ts';
import { changeOf, minimumVolume } from '../../lib/statistics.ts';

export interface RankedRow {
  readonly row: BreakdownRow;
  readonly judged: number;
  /** Too few streams to judge by: shown pale, with its n. */
  readonly thin: boolean;
  /** `▲ 2.4×`, `▼ 30 %`; empty when the change may be chance. */
  readonly change: string;
  readonly direction: 'worse' | 'better' | 'none';
}

function changeText(row: BreakdownRow, judged: number): Pick<RankedRow, 'change' | 'direction'> {
  const { streams, failed, failureRate } = row.previous;
  const change = changeOf({ failed: row.failed, judged }, { failed, judged: streams });
  if (change !== 'up' && change !== 'down') return { change: '', direction: 'none' };
  const direction = change === 'up' ? 'worse' : 'better';
  if (failureRate === null || failureRate === 0) return { change: '▲ new', direction };
  const ratio = (row.failureRate ?? 0) / failureRate;
  if (ratio >= 1.95) return { change: `▲ ${formatRatio(ratio)}`, direction };
  return {
    change: `${change === 'up' ? '▲' : '▼'} ${Math.round(Math.abs(ratio - 1) * 100)}\u00a0%`,
    direction,
  };
}

/**
 * Orders values by how bad they surely are: by the lower end of the confidence interval, so that one failure of three
 * streams does not lead the list. Values with too few streams come last.
 */
export function rankRows(rows: readonly BreakdownRow[]): readonly RankedRow[] {
  return rows
    .map((row): RankedRow => {
      const judged = row.streams - row.aborted;
      return { row, judged, thin: judged < minimumVolume, ...changeText(row, judged) };
    })
    .toSorted(
      (a, b) =>
        Number(a.thin) - Number(b.thin) ||
        (b.row.failureRateInterval?.low ?? 0) - (a.row.failureRateInterval?.low ?? 0) ||
        b.row.streams - a.row.streams,
    );
}

/** @returns the end of the bars' common axis: the largest rate that is worth judging, with room for its whisker. */
export function barScale(rows: readonly RankedRow[]): number {
  const highs = rows.filter(({ thin }) => !thin).map(({ row }) => row.failureRateInterval?.high ?? 0);
  return Math.max(0.01, ...highs);
}
