import { formatTime, type Zone } from '../format/times.ts';

export interface TimeTick {
  readonly timeMs: number;
  readonly label: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  10_000,
  30_000,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  5 * day,
  7 * day,
  14 * day,
];

/** Offset of the zone from UTC at that time, ms. */
function offsetMs(timeMs: number, zone: Zone): number {
  return zone === 'UTC' ? 0 : -new Date(timeMs).getTimezoneOffset() * minute;
}

/** @returns at most `count` round times within the range, round in the reader's zone. */
export function timeTicks(fromMs: number, toMs: number, count: number, zone: Zone): readonly TimeTick[] {
  const step =
    steps.find((candidate) => (toMs - fromMs) / candidate <= count) ??
    Math.ceil((toMs - fromMs) / count / day) * day;
  const offset = offsetMs(fromMs, zone);
  const ticks: TimeTick[] = [];
  for (let local = Math.ceil((fromMs + offset) / step) * step; local - offset <= toMs; local += step) {
    // Across a change of the clocks the offset of the tick is not the one of the start.
    const timeMs = local - offsetMs(local - offset, zone);
    ticks.push({ timeMs, label: tickLabel(timeMs, local, step, zone) });
  }
  return ticks;
}

function tickLabel(timeMs: number, local: number, step: number, zone: Zone): string {
  if (step < minute) return formatTime(timeMs, 'clockSeconds', zone);
  return local % day === 0 && step >= 2 * hour
    ? formatTime(timeMs, 'day', zone)
    : formatTime(timeMs, 'clock', zone);
}
