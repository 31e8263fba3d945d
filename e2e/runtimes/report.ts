import type { Case } from './calls.ts';
import type { Engine } from './engines.ts';
import type { Judged } from './judge.ts';

export interface EngineReport {
  readonly engine: Engine;
  readonly judged: readonly Judged[];
  /** Spans that arrived of one stream, by OTLP. */
  readonly started: number;
  readonly problems: readonly string[];
}

/** @returns docs/runtimes.md. */
export function runtimesReport(reports: readonly EngineReport[], cases: readonly Case[]): string {
  const titles = reports.map(({ engine }) => engine.title);
  return `${[
    '<!-- Made by `node e2e/runtimes/run.ts`. -->',
    '# Where the SDK runs',
    '',
    'The packed package, installed by npm as an application would, makes the same calls to the same server on each runtime:',
    'once as they are, once observed. Each cell is the reason that the one span of the observed call gives, and behind it the',
    'error that the application saw, which is the one that it sees without observation, as are the bytes. Of calls that the',
    'application left, the server was told. `npm run runtimes` in `e2e` repeats it; it fetches half a gigabyte of runtimes.',
    '',
    ...table(
      ['Call', ...titles],
      cases.map(({ title }, row) => [title, ...reports.map(({ judged }) => cell(judged[row]))]),
    ),
    '',
    ...table(
      ['', ...titles],
      [
        ['Version', ...reports.map(({ engine }) => engine.version)],
        [
          '`@weir/sdk` resolves to',
          ...reports.map(({ engine }) => (engine.program ? 'services' : 'edge runtimes')),
        ],
        ['sent by OTLP with', ...reports.map((report) => sentWith(report))],
      ],
    ),
    '',
    'Every entry loads without a change to the globals, except `register`, which is there for that. Browsers are tried in',
    '`e2e/src/page.test.ts`, by the entry for pages.',
  ].join('\n')}\n`;
}

function cell(judged: Judged | undefined): string {
  if (judged === undefined || judged.problem !== '') return `**${judged?.problem ?? 'missing'}**`;
  return judged.error === '' ? `\`${judged.reason}\`` : `\`${judged.reason}\` (${judged.error})`;
}

function sentWith({ engine, started }: EngineReport): string {
  if (started !== 1) return '**nothing**';
  return engine.program === undefined ? '`observeFetch`, own exporter' : '`startWeir`';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
