/** `14.8 %`, `3.1 %`, `0.04 %`: at most three significant digits. */
export function percent(rate: number): string {
  const value = rate * 100;
  return `${Number(value.toPrecision(value < 10 ? 2 : 3))} %`;
}

/** `48,210`; a sampled count is an estimate and has no digits after the point. */
export function wholeNumber(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `5 minutes`, `90 seconds`, `1 hour 30 minutes`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120 && whole !== 60) return plural(whole, 'second');
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return plural(minutes, 'minute');
  const hours = plural(Math.floor(minutes / 60), 'hour');
  return minutes % 60 === 0 ? hours : `${hours} ${plural(minutes % 60, 'minute')}`;
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `02:31:05 UTC` */
export function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}

/** `model gpt-5 or gpt-5-mini, network not wifi`; empty for no filters. */
export function filterWords(filters: readonly string[]): string {
  const values = new Map<string, string[]>();
  for (const filter of filters) {
    const colon = filter.indexOf(':');
    const name = filter.slice(0, colon);
    values.set(name, [...(values.get(name) ?? []), filter.slice(colon + 1)]);
  }
  return [...values]
    .map(([name, of]) =>
      name.startsWith('!') ? `${name.slice(1)} not ${of.join(' or ')}` : `${name} ${of.join(' or ')}`,
    )
    .join(', ');
}

const flagWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  proxy: { true: 'behind a proxy', false: 'not behind a proxy' },
  vpn: { true: 'behind a VPN', false: 'not behind a VPN' },
};

/** `attachment pdf`, `service version 2.1`, `behind a proxy` */
export function valueWords(dimension: string, value: string): string {
  const words = dimension.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return flagWords[dimension]?.[value] ?? `${words} ${value}`;
}
