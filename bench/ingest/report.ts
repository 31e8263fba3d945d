import type { Acknowledgement, Durations, Measurement } from './measure.ts';
import type { PayloadSource } from './recorded-payloads.ts';
import type { Subject } from './subject.ts';

export type Measured =
  | {
      readonly source: PayloadSource;
      readonly status: 'measured';
      readonly bytesPerSpan: number;
      readonly rows: readonly Row[];
    }
  | { readonly source: PayloadSource; readonly status: 'absent'; readonly reason: string };

interface Row {
  readonly subject: Pick<Subject, 'name' | 'title'>;
  readonly measurement: Measurement;
}

export interface Machine {
  readonly node: string;
  readonly processor: string;
  /** Processes that wanted to run, of one minute: when that is not near 0, the figures are those of a busy machine. */
  readonly loadBefore: number;
  readonly durations: Durations;
  /** Why the OpenTelemetry Collector is not there. */
  readonly absent?: string;
}

/** What is asked of Weir. */
const goals = { ratio: 10, p99Ms: 50, residentBytes: 300 * 2 ** 20 };

/** @returns docs/ingest-benchmark.md. */
export function ingestReport(all: readonly Measured[], machine: Machine): string {
  const { durations, absent } = machine;
  return [
    '<!-- Made by `node bench/ingest/run.ts`. -->',
    '# What taking spans costs',
    '',
    'Weir and the OpenTelemetry Collector (`otelcol`, OTLP receiver, batching queue, ClickHouse exporter) in the same run,',
    `with the same requests and the same ClickHouse server, on Node ${machine.node}, ${machine.processor}, load average`,
    `${machine.loadBefore.toFixed(1)} before the run. Sender, collector and ClickHouse share these processors, so the ratios say more than the`,
    'figures. Weir acknowledges what is synced to disk; so does `otelcol` with its queue in a file. With its queue in memory,',
    'what it has acknowledged is lost when it ends.',
    '',
    `Each collector begins with empty tables. After ${durations.warmUp} s of warming up, 8 connections send for ${durations.saturation} s as fast as they are`,
    'answered; CPU time is counted until the last span is in ClickHouse. Then requests leave at their times for',
    `${durations.steady} s each, at shares of the spans a second that were seen before; an acknowledgement is timed from when its`,
    'request was due.',
    ...(absent === undefined ? [] : ['', `The OpenTelemetry Collector was not measured: ${absent}`]),
    ...all.flatMap(section),
    '',
    '## How to read it',
    '',
    `Asked of Weir: ${goals.ratio} times the spans of a CPU-second of \`otelcol\` with its queue in a file, ${goals.p99Ms} ms (p99) at half load,`,
    `${mebibytes(goals.residentBytes)} resident. Both normalise differently: Weir reads the attributes it knows into typed columns and drops the`,
    'others, `otelcol` keeps all of them in maps. Spans are counted in the table of each in the end, and compared with those',
    'that were acknowledged.',
    '',
  ].join('\n');
}

function section(measured: Measured): string[] {
  const { source } = measured;
  if (measured.status === 'absent')
    return ['', `## ${source.description}`, '', `Not measured: ${measured.reason}`];
  const { rows } = measured;
  const durable = rows.find(({ subject }) => subject.name === 'otelcol-file')?.measurement;
  const loads = rows[0]?.measurement.acknowledgements.map(({ load }) => load) ?? [];
  return [
    '',
    `## ${source.description}`,
    '',
    `${measured.bytesPerSpan} bytes a span.`,
    '',
    ...table(
      [
        '',
        'Spans a CPU-second',
        'Ratio',
        'With ClickHouse',
        'Ratio',
        'Spans/s',
        ...loads.map((load) => `Ack at ${load * 100} %, p50 / p99`),
        'Memory, peak',
        'Acknowledged',
        'Stored',
      ],
      rows.map(({ subject, measurement }) => line(subject.title, measurement, durable)),
    ),
  ];
}

function line(title: string, measurement: Measurement, durable: Measurement | undefined): string[] {
  const own = measurement.spansPerCpuSecond;
  const both = measurement.spansPerCpuSecondWithClickHouse;
  return [
    title,
    whole(own),
    ratio(own, durable?.spansPerCpuSecond),
    both === undefined ? '' : whole(both),
    both === undefined ? '' : ratio(both, durable?.spansPerCpuSecondWithClickHouse),
    whole(measurement.spansPerSecond),
    ...measurement.acknowledgements.map(acknowledged),
    mebibytes(measurement.peakResidentBytes),
    whole(measurement.acknowledgedSpans),
    whole(measurement.storedSpans),
  ];
}

function acknowledged({ p50Ms, p99Ms, refusals }: Acknowledgement): string {
  const refused = refusals === 0 ? '' : `, ${refusals} refused`;
  return `${milliseconds(p50Ms)} / ${milliseconds(p99Ms)} ms${refused}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)];
}

function ratio(value: number, base: number | undefined): string {
  return base === undefined ? '' : `${(value / base).toFixed(1)}x`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
