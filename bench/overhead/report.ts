import { type CpuCost, type FirstChunkCost, type MemoryCost, sizes } from './measure.ts';
import type { Spread } from './statistics.ts';

export type Row =
  | {
      readonly title: string;
      readonly status: 'measured';
      readonly isOurs: boolean;
      /** With answers made in the process. */
      readonly cpu: CpuCost;
      readonly memory: MemoryCost;
      /** With answers over a socket. */
      readonly socket: CpuCost | undefined;
      readonly firstChunk: FirstChunkCost | undefined;
    }
  | { readonly title: string; readonly status: 'absent'; readonly reason: string };

type MeasuredRow = Extract<Row, { status: 'measured' }>;

export interface Run {
  readonly command: string;
  readonly node: string;
  readonly processor: string;
  readonly processors: number;
  /** Processes that wanted to run, of one minute: more than there are processors, and the figures are inflated. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

/** What Weir is allowed to add. */
const goals = { chunkMicroseconds: 0.5, streamMicroseconds: 30, retainedBytes: 4096 };

/**
 * @param bareSpan CPU of the OpenTelemetry SDK for a span like ours, us.
 * @returns docs/overhead.md.
 */
export function overheadReport(rows: readonly Row[], bareSpan: Spread, machine: Run): string {
  const measured = rows.filter((row) => row.status === 'measured');
  const absent = rows.filter((row) => row.status === 'absent');
  return [
    `<!-- Made by \`${machine.command}\`. -->`,
    '# What observing costs',
    '',
    `Over the same client without instrumentation, on Node ${machine.node}, ${machine.processor}, load average`,
    `${machine.loadBefore.toFixed(1)} before the run and ${machine.loadAfter.toFixed(1)} after it. Bare and instrumented clients took turns, each in a process of its`,
    `own: ${sizes.rounds} rounds for CPU and time, ${sizes.socket.rounds} for CPU over a socket, ${sizes.memory.rounds} for memory. Each figure is the median, with the middle`,
    'half of the rounds in brackets, which is the noise. Spans are dropped where they would be exported.',
    ...(Math.max(machine.loadBefore, machine.loadAfter) > machine.processors
      ? [
          'More processes wanted to run than there are processors: all figures are larger than on an idle machine.',
        ]
      : []),
    '',
    '## CPU and memory',
    '',
    'The answers are made in the process, one frame a read, so that the client is all there is. Of a stream: an answer of',
    `one chunk. Of a chunk: what ${sizes.long.chunks} chunks cost more than one. Retained: heap of a stream that is open after`,
    `${sizes.memory.chunks.toLocaleString('en')} chunks, after garbage collection.`,
    '',
    `Of what a stream costs, ${microseconds(bareSpan)} are the OpenTelemetry SDK's own: that is what a span with as many`,
    'attributes takes that is started, written and ended with nothing around it.',
    ...(machine.command.endsWith('--ours')
      ? [
          '',
          'Other instrumentations had no part in this run; `node bench/overhead/run.ts` measures them beside it.',
        ]
      : []),
    '',
    ...table(
      [
        '',
        'Bare chunk',
        'Added a chunk',
        'Ratio',
        'Bare stream',
        'Added a stream',
        'Retained bare',
        'Retained more',
      ],
      measured.map(costRow),
    ),
    '',
    ...absent.map(({ title, reason }) => `${title} could not be measured: ${reason}\n`),
    '## Over a socket',
    '',
    'The server is another process that writes a frame a millisecond, so that a read brings one. CPU of the whole process, sockets',
    'included. Time to first chunk: from the call until the application has it, of a server that answers at once: the median of',
    'many calls, and that of the first call that a process makes.',
    '',
    ...table(
      [
        '',
        'Bare chunk',
        'Added a chunk',
        'Added a stream',
        'First chunk bare',
        'First chunk added',
        'First call bare',
        'First call added',
      ],
      measured.flatMap(socketRow),
    ),
    '',
    '## Goals',
    '',
    ...table(['', 'Goal', ...ours(measured).map(({ title }) => title)], goalRows(ours(measured))),
    '',
  ].join('\n');
}

function ours(rows: readonly MeasuredRow[]): MeasuredRow[] {
  return rows.filter(({ isOurs }) => isOurs);
}

function costRow({ title, cpu, memory }: MeasuredRow): string[] {
  return [
    title,
    microseconds(cpu.bareChunk),
    isResolved(cpu.addedChunk) ? microseconds(cpu.addedChunk) : 'lost in the cost of a stream',
    isResolved(cpu.addedChunk) ? spread(cpu.chunkRatio, 2) : '',
    microseconds(cpu.bareStream),
    microseconds(cpu.addedStream),
    kilobytes(memory.bare),
    kilobytes(memory.added),
  ];
}

/** Where a stream costs many times as much as its chunks, the difference of two streams tells nothing. */
function isResolved(addedChunk: Spread): boolean {
  return addedChunk.upper >= 0;
}

function socketRow({ title, socket, firstChunk }: MeasuredRow): string[][] {
  if (socket === undefined || firstChunk === undefined) return [];
  return [
    [
      title,
      microseconds(socket.bareChunk),
      microseconds(socket.addedChunk),
      microseconds(socket.addedStream),
      microseconds(firstChunk.bare),
      microseconds(firstChunk.added),
      microseconds(firstChunk.bareFirstEver),
      microseconds(firstChunk.addedFirstEver),
    ],
  ];
}

function goalRows(rows: readonly MeasuredRow[]): string[][] {
  const judge = (value: number, goal: number, text: string) =>
    value <= goal ? `met: ${text}` : `**missed**: ${text}`;
  const judgeChunk = ({ addedChunk }: CpuCost) =>
    isResolved(addedChunk)
      ? judge(addedChunk.median, goals.chunkMicroseconds, microseconds(addedChunk))
      : 'not told by this run';
  return [
    ['CPU of a chunk', `${goals.chunkMicroseconds} us`, ...rows.map(({ cpu }) => judgeChunk(cpu))],
    [
      'CPU of a stream',
      `${goals.streamMicroseconds} us`,
      ...rows.map(({ cpu }) =>
        judge(cpu.addedStream.median, goals.streamMicroseconds, microseconds(cpu.addedStream)),
      ),
    ],
    [
      'Time to first chunk',
      'within the noise',
      ...rows.map(({ firstChunk }) =>
        firstChunk === undefined ? '' : judge(firstChunk.added.lower, 0, microseconds(firstChunk.added)),
      ),
    ],
    [
      'Retained by an open stream',
      '4 KiB',
      ...rows.map(({ memory }) => judge(memory.added.median, goals.retainedBytes, kilobytes(memory.added))),
    ],
  ];
}

function microseconds(value: Spread): string {
  return `${spread(value, Math.abs(value.median) < 20 ? 2 : 0)} us`;
}

function kilobytes({ median, lower, upper }: Spread): string {
  return `${spread({ median: median / 1024, lower: lower / 1024, upper: upper / 1024 }, 1)} KiB`;
}

function spread({ median, lower, upper }: Spread, digits: number): string {
  return `${median.toFixed(digits)} [${lower.toFixed(digits)}, ${upper.toFixed(digits)}]`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}
