import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultMaxFrameBytes } from '../framing/framer.ts';
import { protocols } from './index.ts';

const page = readFileSync(new URL('../../../docs/protocols.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

describe('docs/protocols.md', () => {
  it.each(protocols.map((protocol) => [`${protocol.name} as ${protocol.framing}`, protocol] as const))(
    'says what ends %s',
    (_name, protocol) => {
      const row = rows.find((line) => line.startsWith(`| \`${protocol.name}\` |`)) ?? '';
      const [, , framings = '', ends] = row
        .split(' | ')
        .join('|')
        .split('|')
        .map((cell) => cell.trim());
      expect(framings.split(', ')).toContain(protocol.framing);
      expect(ends).toMatch(/\w/);
    },
  );

  it('lists nothing that does not exist', () => {
    const named = rows.map((line) => /^\| `(\w+)` \|/.exec(line)?.[1]).filter((name) => name !== undefined);
    expect(named.filter((name) => !protocols.some((protocol) => protocol.name === name))).toEqual([]);
  });

  it('states the limit of a frame', () => {
    expect(page).toContain(`a frame over ${defaultMaxFrameBytes / 1024 / 1024} MiB`);
  });
});
