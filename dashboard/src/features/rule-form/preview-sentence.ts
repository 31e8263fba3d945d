import type { RulePreview } from '@weir/schemas/api';
import { formatRate, formatSpan } from '../../lib/format/numbers.ts';

/** @returns what a rule would have done over a past range, in a sentence or two. */
export function describePreview({ from, to, points, incidents }: RulePreview): string {
  const range = `In the last ${formatSpan((Date.parse(to) - Date.parse(from)) / 1000)}`;
  const judged = points.filter(({ status }) => status !== 'no_data').length;
  if (points.length === 0 || judged === 0) {
    return `${range} there were never enough streams for this rule to judge. Lower the minimum, or widen what it watches.`;
  }
  const unjudged = 1 - judged / points.length;
  const silent =
    unjudged >= 0.1 ? ` For ${formatRate(unjudged)} of the time there were too few streams to judge.` : '';
  const rates = points.map(({ failureRate }) => failureRate ?? 0);
  if (incidents.length === 0) {
    return `${range} it would not have fired; the highest rate was ${formatRate(Math.max(...rates))}.${silent}`;
  }
  const seconds = incidents.reduce(
    (sum, { firedAt, resolvedAt }) => sum + (Date.parse(resolvedAt ?? to) - Date.parse(firedAt)) / 1000,
    0,
  );
  const times =
    incidents.length === 1 ? 'once' : incidents.length === 2 ? 'twice' : `${incidents.length} times`;
  const open = incidents.some(({ resolvedAt }) => resolvedAt === null) ? ', and would be firing now' : '';
  return `${range} it would have fired ${times}, for ${formatSpan(seconds)} altogether${open}.${silent}`;
}
