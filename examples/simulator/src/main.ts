import { parseArgs } from 'node:util';
import { catalogueDocument } from './catalogue-document.ts';
import { faults, protocolNames } from './faults/catalogue.ts';
import { type Parsed, parseFault, parseTiming } from './faults/selection.ts';
import { createSimulator, type SimulatorOptions } from './simulator.ts';
import { usageText } from './usage.ts';

const OPTIONS = {
  port: { type: 'string', default: '8089' },
  host: { type: 'string', default: '127.0.0.1' },
  seed: { type: 'string', default: '1' },
  'time-scale': { type: 'string', default: '1' },
  fault: { type: 'string', default: 'completed' },
  timing: { type: 'string', default: '' },
  cors: { type: 'boolean', default: false },
  catalogue: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const HELP = `node src/main.ts: a local LLM provider that fails on request

  --port 8089          0 takes any free port
  --host 127.0.0.1
  --seed 1             seeds every random choice
  --time-scale 1       0.1 is ten times faster, 0 does not wait
  --fault completed    the fault of requests that name none, e.g. "reset_in_frame; after=5"
  --timing ""          the timing of requests that set none, e.g. "ttft=300ms, gap=20ms, chunks=50"
  --cors               allow calls from any page
  --catalogue          print every fault as Markdown, and exit
`;

/** The value, or an exit that says what is wrong with the command line. */
function required<T>(parsed: Parsed<T>): T {
  if (parsed.status === 'ok') return parsed.value;
  process.stderr.write(`${parsed.problem}\n\n${HELP}`);
  process.exit(2);
}

function number(name: string, text: string, max: number): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && value <= max) return value;
  return required<number>({ status: 'invalid', problem: `--${name} cannot be "${text}"` });
}

const { values } = parseArgs({ options: OPTIONS });
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

if (values.catalogue) {
  process.stdout.write(catalogueDocument(faults, protocolNames));
  process.exit(0);
}

const fault = required(parseFault(values.fault));
const options: SimulatorOptions = {
  port: number('port', values.port, 65_535),
  host: values.host,
  seed: number('seed', values.seed, 2 ** 32 - 1),
  timeScale: number('time-scale', values['time-scale'], 1000),
  timing: required(parseTiming(values.timing)),
  cors: values.cors,
  selectFault: () => fault,
};

const simulator = await createSimulator(options);
process.stdout.write(usageText(simulator.url));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
