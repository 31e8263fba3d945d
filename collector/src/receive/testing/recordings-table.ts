import { type Expected, endings, expected } from './expected-recordings.ts';
import type { Instrumentation } from './recordings.ts';

const badEndings = endings.filter((ending) => ending !== 'good' && ending !== 'length');

/** A row of the table in docs/receiving.md: what is known of streams from the spans of one instrumentation. */
export function tableRow({ name, title, packages }: Instrumentation): string {
  const { whole, timeToFirstChunk, says } = expected[name] as Expected;
  const [[main = '', version = ''] = []] = Object.entries(packages);
  const finish = says.good.startsWith('completed') ? 'yes' : 'no';
  const tokens = typeof whole.inputTokens === 'number' ? 'yes' : 'no';
  const time = { said: 'yes', wrong: 'another time', unsaid: 'no' }[timeToFirstChunk];
  const told = (outcomes: RegExp) => badEndings.filter((ending) => outcomes.test(says[ending])).length;
  const bad = [told(/^(failed|aborted)/), told(/^unknown/), told(/^completed/), told(/^$/)];
  return `| ${[title, `\`${main}\` ${version}`, finish, tokens, time, ...bad].join(' | ')} |`;
}
