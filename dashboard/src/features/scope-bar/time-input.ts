import type { Zone } from '../../lib/format/times.ts';

/** The value of a `datetime-local` field: wall time without a zone. */

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** @returns `2026-11-03T14:05` in the zone. */
export function formatTimeInput(timeMs: number, zone: Zone): string {
  const time = new Date(timeMs);
  if (zone === 'UTC') return time.toISOString().slice(0, 16);
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  return `${date}T${pad(time.getHours())}:${pad(time.getMinutes())}`;
}

/** @returns Unix ms, or undefined when the field is not complete. */
export function parseTimeInput(text: string, zone: Zone): number | undefined {
  if (!/^\d{4,}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const timeMs = Date.parse(zone === 'UTC' ? `${text}Z` : text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
