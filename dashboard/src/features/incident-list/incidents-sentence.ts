import type { Incident } from '@weir/schemas/api';
import { formatSpan } from '../../lib/format/numbers.ts';

const weekMs = 7 * 86_400_000;

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** @returns the state of all incidents in a sentence. */
export function describeIncidents(incidents: readonly Incident[], nowMs: number): string {
  const firing = incidents.filter(({ status }) => status === 'firing');
  const week = incidents.filter(({ startedAt }) => nowMs - Date.parse(startedAt) < weekMs);
  const past = week.length === 0 ? 'none in the last 7 days' : `${week.length} in the last 7 days`;
  const [longest] = firing.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  if (longest === undefined) return `Nothing is firing; ${past}.`;
  const since = formatSpan(Math.max(0, nowMs - Date.parse(longest.startedAt)) / 1000);
  return `${count(firing.length, 'incident is', 'incidents are')} firing, the longest for ${since}; ${past}.`;
}
