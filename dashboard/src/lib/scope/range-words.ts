import { formatTime, type Zone } from '../format/times.ts';
import { type Range, rangePresets } from './range.ts';

/** @returns a range as part of a sentence: `in the last hour`, `between 14:05 and 15:10 on 3 Nov`. */
export function rangeWords(range: Range, zone: Zone): string {
  if (range.kind === 'relative') return `in the last ${rangePresets[range.preset].words}`;
  const day = formatTime(range.fromMs, 'day', zone);
  if (day === formatTime(range.toMs, 'day', zone)) {
    return `between ${formatTime(range.fromMs, 'clock', zone)} and ${formatTime(range.toMs, 'clock', zone)} on ${day}`;
  }
  return `from ${formatTime(range.fromMs, 'dayClock', zone)} to ${formatTime(range.toMs, 'dayClock', zone)}`;
}

/** @returns what the range is compared with: `the hour before`, `the period before`. */
export function beforeWords(range: Range): string {
  return range.kind === 'relative' ? `the ${rangePresets[range.preset].words} before` : 'the period before';
}
