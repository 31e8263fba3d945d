import { parseArgs } from 'node:util';

/** What the demo can be told on its command line. */
export interface DemoSettings {
  readonly streamsPerSecond: number;
  readonly users: number;
  readonly quietSeconds: number;
  readonly incidentSeconds: number;
  readonly seed: number;
  readonly help: boolean;
}

export const usage = `npm run demo [-- options]

  --rate N        streams per second (default 4, at most 50)
  --users N       people who ask (default 400)
  --quiet S       seconds without an incident before each one (default 90)
  --incident S    seconds that each incident lasts (default 150)
  --seed N        makes the traffic reproducible (default 1)

Ports and data directory are settings of the collector: WEIR_PORT, WEIR_DATA_DIR (default ./data/demo).
`;

const limits = {
  rate: { default: 4, min: 0.1, max: 50 },
  users: { default: 400, min: 1, max: 100_000 },
  quiet: { default: 90, min: 0, max: 86_400 },
  incident: { default: 150, min: 1, max: 86_400 },
  seed: { default: 1, min: 0, max: 2 ** 32 - 1 },
} as const;
type Option = keyof typeof limits;

/** @throws Error with a sentence that names the option. */
export function readSettings(args: readonly string[]): DemoSettings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...(Object.fromEntries(Object.keys(limits).map((name) => [name, { type: 'string' }])) as Record<
        Option,
        { type: 'string' }
      >),
      help: { type: 'boolean', default: false },
    },
  });
  const number = (name: Option): number => {
    const { default: fallback, min, max } = limits[name];
    const given = values[name];
    const value = given === undefined ? fallback : Number(given);
    if (!(value >= min && value <= max)) throw new Error(`--${name} must be a number from ${min} to ${max}.`);
    return value;
  };
  return {
    streamsPerSecond: number('rate'),
    users: number('users'),
    quietSeconds: number('quiet'),
    incidentSeconds: number('incident'),
    seed: number('seed'),
    help: values.help,
  };
}
