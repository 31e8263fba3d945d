/** Points in time, in the zone the reader chose. */
export type Zone = 'local' | 'UTC';

type Style = 'clock' | 'clockSeconds' | 'dayClock' | 'day' | 'exact';

const options: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  clock: { hour: '2-digit', minute: '2-digit' },
  clockSeconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  dayClock: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  exact: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  },
};

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(style: Style, zone: Zone): Intl.DateTimeFormat {
  const key = `${style} ${zone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...options[style],
    hourCycle: 'h23',
    ...(zone === 'UTC' ? { timeZone: 'UTC' } : {}),
  });
  formats.set(key, format);
  return format;
}

/** @returns `14:05`, `14:05:09`, `3 Nov, 14:05`, `3 Nov` or `3 Nov 2026, 14:05:09 UTC`. */
export function formatTime(timeMs: number, style: Style, zone: Zone): string {
  return formatOf(style, zone).format(timeMs);
}

/** @returns `now`, `12 s ago`, `4 min ago`, `3 h ago`, `5 d ago`. */
export function formatAgo(timeMs: number, nowMs: number): string {
  const seconds = (nowMs - timeMs) / 1000;
  if (seconds < 1.5) return 'now';
  if (seconds < 90) return `${Math.round(seconds)}\u00a0s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)}\u00a0min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)}\u00a0h ago`;
  return `${Math.round(seconds / 86_400)}\u00a0d ago`;
}

/** @returns both ends as short as they can be: `3 Nov, 14:05 – 15:10`, `3 Nov, 14:05 – 4 Nov, 09:00`. */
export function formatInterval(fromMs: number, toMs: number, zone: Zone): string {
  const sameDay = formatTime(fromMs, 'day', zone) === formatTime(toMs, 'day', zone);
  const style = toMs - fromMs < 600_000 ? 'clockSeconds' : 'clock';
  const start = `${formatTime(fromMs, 'day', zone)}, ${formatTime(fromMs, style, zone)}`;
  const end = sameDay ? formatTime(toMs, style, zone) : formatTime(toMs, 'dayClock', zone);
  return `${start} – ${end}`;
}
