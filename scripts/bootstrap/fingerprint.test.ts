import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, isCurrent, markCurrent, sourcesIn } from './fingerprint.mjs';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'weir-fingerprint-'));
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'src', 'a.ts'), 'a');
  await writeFile(join(root, 'src', 'b.ts'), 'b');
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function current(more?: string[]): Promise<string> {
  return fingerprint(root, await sourcesIn(root), more);
}

describe('fingerprint', () => {
  it('is the same for the same files', async () => {
    expect(await current()).toBe(await current());
  });

  it.each([
    ['a file changes', () => writeFile(join(root, 'src', 'a.ts'), 'c')],
    ['a file is added', () => writeFile(join(root, 'c.ts'), '')],
    ['a file is removed', () => rm(join(root, 'src', 'b.ts'))],
    ['a file is renamed', () => rename(join(root, 'src', 'a.ts'), join(root, 'src', 'z.ts'))],
    [
      'text moves from one file to the next',
      async () => {
        await writeFile(join(root, 'src', 'a.ts'), '');
        await writeFile(join(root, 'src', 'b.ts'), 'ab');
      },
    ],
  ])('differs when %s', async (_, change) => {
    const before = await current();
    await change();
    expect(await current()).not.toBe(before);
  });

  it('differs when anything else does that the result depends on', async () => {
    expect(await current(['linux'])).not.toBe(await current(['darwin']));
  });

  it('does not depend on results', async () => {
    const before = await current();
    for (const folder of ['dist', 'node_modules', 'out']) {
      await mkdir(join(root, folder));
      await writeFile(join(root, folder, 'made.js'), '');
    }
    expect(await current()).toBe(before);
  });
});

describe('a stamp', () => {
  it('is current for the hash it was written with alone', async () => {
    const stamp = join(root, '.toolchain', 'packages.sha256');
    expect(await isCurrent(stamp, 'one')).toBe(false);
    await markCurrent(stamp, 'one');
    expect(await isCurrent(stamp, 'one')).toBe(true);
    expect(await isCurrent(stamp, 'two')).toBe(false);
  });
});
