import type { Observed } from './child.ts';
import { chunksBefore, type Ending, endings, timing } from './endings.ts';
import type { SubjectEntry } from './subject.ts';
import { type Judged, rules, type Verdict } from './verdict.ts';

/** One subject at one ending. */
export interface Cell {
  readonly ending: Ending;
  readonly judged: Judged;
  readonly observed: Observed;
  readonly server: {
    /** Chunks that the server sent after the ones that the application wanted. */
    readonly sentAfter: number;
    readonly sawCancellation: boolean;
  };
}

export type SubjectReport =
  | {
      readonly subject: SubjectEntry;
      readonly status: 'measured';
      readonly versions: Readonly<Record<string, string>>;
      readonly cells: readonly Cell[];
    }
  | { readonly subject: SubjectEntry; readonly status: 'absent'; readonly reason: string };

type Measured = Extract<SubjectReport, { status: 'measured' }>;

const verdicts: readonly Verdict[] = ['lost', 'wrong', 'omission', 'right'];
const core = endings.filter(({ group }) => group === 'core');

/** @returns docs/peers.md. */
export function peersReport(reports: readonly SubjectReport[], machine: { readonly node: string }): string {
  const measured = reports.filter((report) => report.status === 'measured');
  return [
    '<!-- Made by `node bench/peers/run.ts`. -->',
    '# What instrumentations say of streams that end badly',
    '',
    introduction(machine.node),
    '',
    '## Verdicts',
    '',
    ...verdictTable(reports),
    '',
    totals(measured),
    '',
    'The rules:',
    '',
    ...rules.map((rule) => `- ${rule}`),
    '',
    '## Endings',
    '',
    ...table(
      ['Ending', 'What happens'],
      endings.map(({ name, what }) => [name, what]),
    ),
    '',
    '## Time to first chunk',
    '',
    'Of the good stream. The truth is what the application sees: from its call to the first chunk with text.',
    '',
    ...timeTable(measured),
    '',
    '## What the application and the server notice',
    '',
    ...sideEffectTable(measured),
    '',
    '## Evidence',
    '',
    ...measured.flatMap((report) => evidence(report)),
    '## Versions',
    '',
    ...table(['Instrumentation', 'Packages', 'Used as'], reports.map(versionRow)),
    '',
  ].join('\n');
}

function introduction(node: string): string {
  return `Weir and eight published instrumentations read the same streams from the same server (\`examples/simulator\`), each in
a process of its own on Node ${node}, set up as its documentation says. First chunk after ${timing.ttftMs} ms, then one every
${timing.gapMs} ms; the ending comes after ${chunksBefore} of ${timing.chunks} chunks. Spans are taken where the instrumentation hands them to its
exporter, without sampling. \`node bench/peers/run.ts\` installs everything and makes this page again.`;
}

function verdictTable(reports: readonly SubjectReport[]): string[] {
  const header = ['', ...endings.map(({ name }) => name)];
  const rows = reports.map((report) => {
    if (report.status === 'absent') return [report.subject.title, `could not be run: ${report.reason}`];
    return [report.subject.title, ...report.cells.map(({ judged }) => verdictWord(judged))];
  });
  return table(header, rows);
}

function verdictWord({ verdict, invented }: Judged): string {
  const word = verdict === 'right' ? 'right' : `**${verdict}**`;
  return invented.length > 0 && verdict !== 'right' ? `${word}, invents \`${invented.join(', ')}\`` : word;
}

function totals(measured: readonly Measured[]): string {
  const lines = [
    totalLine('Weir', measured.filter(isOurs)),
    totalLine(
      'The others together',
      measured.filter((report) => !isOurs(report)),
    ),
  ];
  const names = core.map(({ name }) => name).join(', ');
  return [`Of the ${core.length} bad endings that every client meets (${names}):`, '', ...lines].join('\n');
}

function isOurs(report: Measured): boolean {
  return report.subject.folder === 'weir';
}

function totalLine(who: string, reports: readonly Measured[]): string {
  const cells = reports.flatMap((report) => report.cells.filter(({ ending }) => ending.group === 'core'));
  const counts = verdicts.map((verdict) => {
    const count = cells.filter(({ judged }) => judged.verdict === verdict).length;
    return `${count} ${verdict}`;
  });
  return `- ${who}, ${cells.length} cases: ${counts.join(', ')}.`;
}

function timeTable(measured: readonly Measured[]): string[] {
  const rows = measured.map(({ subject, cells }) => {
    const good = cells.find(({ ending }) => ending.group === 'control');
    const told = good?.judged.timeToFirstChunk;
    const truthMs = good?.observed.timeToFirstChunkMs ?? 0;
    if (told === undefined) return [subject.title, 'not recorded', '', milliseconds(truthMs), ''];
    const toldMs = told.seconds * 1000;
    return [
      subject.title,
      `\`${told.name}\``,
      milliseconds(toldMs),
      milliseconds(truthMs),
      milliseconds(toldMs - truthMs),
    ];
  });
  return table(['', 'Where', 'Recorded', 'Truth', 'Difference'], rows);
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function sideEffectTable(measured: readonly Measured[]): string[] {
  const rows = measured.map(({ subject, cells }) => {
    const left = cells.filter(({ ending }) => ending.application !== 'reads');
    const rejections = cells.filter(({ observed }) => observed.unhandledRejections.length > 0);
    return [
      subject.title,
      ...left.map(({ server }) =>
        server.sawCancellation
          ? `cancelled, ${server.sentAfter} more sent`
          : `**not told**, ${server.sentAfter} more sent`,
      ),
      rejections.length === 0 ? 'none' : `**${rejections.map(({ ending }) => ending.name).join(', ')}**`,
    ];
  });
  const leaving = endings.filter(({ application }) => application !== 'reads');
  return table(['', ...leaving.map(({ name }) => `Server at ${name}`), 'Unhandled rejections at'], rows);
}

function evidence({ subject, cells }: Measured): string[] {
  const rows = cells.map(({ ending, judged }) => [
    ending.name,
    judged.verdict,
    String(judged.spans),
    judged.mark === undefined ? 'none' : `\`${shortened(judged.mark)}\``,
    judged.finishReasons.length === 0 ? 'none' : `\`${judged.finishReasons.join(', ')}\``,
  ]);
  return [
    `### ${subject.title}`,
    '',
    ...table(['Ending', 'Verdict', 'Spans', 'Mark', 'Finish reason'], rows),
    '',
  ];
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function versionRow(report: SubjectReport): string[] {
  const packages =
    report.status === 'absent'
      ? `${report.subject.packages.join(', ')}: ${report.reason}`
      : Object.entries(report.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ');
  return [report.subject.title, packages, report.subject.use];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}
