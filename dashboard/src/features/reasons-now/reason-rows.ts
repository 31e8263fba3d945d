import type { BreakdownRow } from '@weir/schemas/api';
import type { Outcome } from '@weir/schemas/termination';
import { outcomeOfReason } from '../../lib/format/names.ts';
import { formatRatio } from '../../lib/format/numbers.ts';
import { changeOf } from '../../lib/statistics.ts';

/** Failures first: what needs a reader comes before what does not. */
const outcomeOrder: readonly Outcome[] = ['failed', 'lost', 'limited', 'aborted', 'unknown', 'completed'];

export function orderReasons(rows: readonly BreakdownRow[]): readonly BreakdownRow[] {
  const rank = ({ key }: BreakdownRow): number => outcomeOrder.indexOf(outcomeOfReason(key));
  return rows.toSorted((a, b) => rank(a) - rank(b) || b.streams - a.streams);
}

export interface ShareChange {
  readonly text: string;
  readonly worse: boolean;
}

/** @returns how the share of a reason has changed; nothing when it may be chance. */
export function shareChange(row: BreakdownRow, total: number, totalBefore: number): ShareChange {
  const before = row.previous.streams;
  const change = changeOf({ failed: row.streams, judged: total }, { failed: before, judged: totalBefore });
  if (change !== 'up' && change !== 'down') return { text: '', worse: false };
  if (before === 0) return { text: 'new', worse: true };
  const ratio = row.streams / total / (before / totalBefore);
  if (ratio >= 1.95) return { text: `▲ ${formatRatio(ratio)}`, worse: true };
  return {
    text: `${ratio > 1 ? '▲' : '▼'} ${Math.round(Math.abs(ratio - 1) * 100)}\u00a0%`,
    worse: ratio > 1,
  };
}
