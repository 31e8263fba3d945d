import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFileIn } from './key-file.ts';

const snapshot = {
  keys: [
    {
      ...{ id: 'k1', version: 2, hash: 'a'.repeat(64), hint: 'weir_abcd', project: 'shop', label: 'web' },
      reads: false,
      ...{
        createdAt: 1,
        revokedAt: 2,
        origins: ['https://shop.example'],
        spansPerSecond: 5,
        burstSpans: null,
      },
    },
  ],
  projects: [{ name: 'shop', createdAt: 1 }],
};
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-key-file-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('the file of keys', () => {
  it('gives back what was written last, to its owner alone', async () => {
    const file = keyFileIn(directory);
    expect(await file.read()).toEqual({ status: 'absent' });
    await file.write({ ...snapshot, keys: [] });
    await file.write(snapshot);
    expect(await file.read()).toEqual({ status: 'read', snapshot });
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['{"keys":[', /JSON/],
    ['{"keys":[{}],"projects":[]}', /something else/],
    ['', /JSON/],
  ])('is not taken for one without keys when it is damaged: %s', async (text, reason) => {
    const file = keyFileIn(directory);
    await writeFile(file.path, text);
    expect(await file.read()).toMatchObject({ status: 'damaged', reason: expect.stringMatching(reason) });
  });
});
