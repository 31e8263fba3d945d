/**
 * Numbers as people read them: at most three significant digits, a narrow set of units, a no-break space before the
 * unit, and a dash for what is not known. Exact values go into `title`s, by the `exact*` functions.
 */

const space = '\u00a0';

/** Stands for a value that is not known. */
export const unknownMark = '–';

const decimals = [0, 1, 2].map(
  (digits) =>
    new Intl.NumberFormat('en', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: true,
    }),
);

function fixed(value: number, digits: 0 | 1 | 2): string {
  return (decimals[digits] as Intl.NumberFormat).format(value);
}

/** Three significant digits for a value of at least 1: 1.24, 12.4, 124. */
function threeDigits(value: number): string {
  if (value < 9.995) return fixed(value, 2);
  return value < 99.95 ? fixed(value, 1) : fixed(value, 0);
}

/** @param rate 0 to 1. @returns `3.1 %`, `0.04 %`, `12.4 %`, `< 0.01 %`. */
export function formatRate(rate: number | null): string {
  if (rate === null) return unknownMark;
  const percent = rate * 100;
  if (percent === 0) return `0${space}%`;
  if (percent < 0.01) return `<${space}0.01${space}%`;
  if (percent < 0.995) return `${fixed(percent, 2)}${space}%`;
  const text = percent < 99.95 ? fixed(percent, 1) : fixed(percent, 0);
  return `${text.replace(/\.0$/, '')}${space}%`;
}

export function exactRate(rate: number | null): string {
  return rate === null ? 'not known' : `${(rate * 100).toFixed(4)}${space}%`;
}

/** @returns `48,210`. */
export function formatExactCount(count: number): string {
  return fixed(count, 0);
}

/** @returns `842`, `1.24 k`, `12.4 k`, `1.24 M`. */
export function formatCount(count: number | null): string {
  if (count === null) return unknownMark;
  if (count < 999.5) return fixed(count, 0);
  if (count < 999_500) return `${threeDigits(count / 1e3)}${space}k`;
  return count < 999_500_000
    ? `${threeDigits(count / 1e6)}${space}M`
    : `${threeDigits(count / 1e9)}${space}G`;
}

/** @returns `0.4 ms`, `850 ms`, `1.24 s`, `61.2 s`, `4 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return unknownMark;
  if (seconds < 0.00005) return `0${space}ms`;
  if (seconds < 0.00995) return `${fixed(seconds * 1000, 1)}${space}ms`;
  if (seconds < 0.9995) return `${fixed(seconds * 1000, 0)}${space}ms`;
  if (seconds < 119.95) return `${threeDigits(seconds)}${space}s`;
  return twoUnits(Math.round(seconds));
}

function twoUnits(seconds: number): string {
  const join = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big}${space}${bigUnit}` : `${big}${space}${bigUnit}${space}${small}${space}${smallUnit}`;
  if (seconds < 3600) return join(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.round(seconds / 3600);
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** A value on an axis: round ones need no decimals, and zero no unit. */
export function withoutZeros(value: number, format: (value: number) => string): string {
  if (value === 0) return '0';
  return format(value)
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');
}

/** A length of time without false precision, for prose: `45 s`, `12 min`, `2 h 5 min`, `3 d`. */
export function formatSpan(seconds: number): string {
  if (seconds < 60 || (seconds < 90 && seconds % 60 !== 0)) return `${Math.round(seconds)}${space}s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)}${space}min`;
  if (seconds < 129_600) {
    const minutes = Math.round(seconds / 60);
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)}${space}h${rest === 0 ? '' : `${space}${rest}${space}min`}`;
  }
  return `${Math.round(seconds / 86_400)}${space}d`;
}

export function exactSeconds(seconds: number | null): string {
  return seconds === null ? 'not known' : `${Number(seconds.toFixed(6))}${space}s`;
}

/** @returns `512 B`, `1.8 MB`; decimal units. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return unknownMark;
  if (bytes < 999.5) return `${fixed(bytes, 0)}${space}B`;
  if (bytes < 999_500) return `${threeDigits(bytes / 1e3)}${space}kB`;
  return bytes < 999_500_000
    ? `${threeDigits(bytes / 1e6)}${space}MB`
    : `${threeDigits(bytes / 1e9)}${space}GB`;
}

/** @returns `2.4×`, `12×`. */
export function formatRatio(ratio: number): string {
  return `${ratio < 9.95 ? fixed(ratio, 1).replace(/\.0$/, '') : fixed(ratio, 0)}×`;
}
