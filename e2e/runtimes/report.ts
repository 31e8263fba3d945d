import type { Case } from './calls.ts';
import type { Engine } from './engines.ts';
import type { Judged } from './judge.ts';

export interface EngineReport {
  readonly engine: Engine;
  readonly judged: readonly Judged[];
  /** Spans that `startWeir` sent of one stream; undefined where it does not run. */
  readonly started: number | undefined;
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
        [
          '`startWeir` sends by OTLP',
          ...reports.map(({ started }) => (started === undefined ? 'not part of it' : yes(started === 1))),
        ],
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

function yes(is: boolean): string {
  return is ? 'yes' : '**no**';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
