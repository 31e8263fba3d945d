import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from './limits.ts';
import { openValueLimits } from './remembered-values.ts';
import { readBody, receivedAtMs, requestBody } from './testing/read-spans.ts';
import type { ValueLimits } from './value-limits.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-values-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The models that are stored of spans with these. */
function modelsOf(values: ValueLimits, models: readonly string[]): string[] {
  const spans = models.map((model) => ({ attributes: { 'gen_ai.request.model': model } }));
  const { streams } = readBody(requestBody({ spans }), 'json', {
    values: values.of('default', receivedAtMs),
  });
  return streams.map(({ model }) => model);
}

function open(name: string) {
  const warnings: string[] = [];
  const logger = { warn: (...words: readonly unknown[]) => void warnings.push(String(words.at(-1))) };
  return openValueLimits({ path: join(directory, name), logger }).then((opened) => ({ ...opened, warnings }));
}

it('what a dimension holds is known after a restart', async () => {
  const first = await open('values.json');
  modelsOf(
    first.limits,
    Array.from({ length: limits.dimensionValues }, (_, n) => `m-${n}`),
  );
  await first.close();
  const second = await open('values.json');
  expect(modelsOf(second.limits, ['m-7', 'late'])).toEqual(['m-7', 'other']);
  await second.close();
  expect(await readdir(directory)).toEqual(['values.json']);
});

it.each(['{"default":{"model":', '{"default":{"model":7}}', '[]'])(
  'a file that holds %s is replaced, with a warning',
  async (content) => {
    await writeFile(join(directory, 'damaged.json'), content);
    const opened = await open('damaged.json');
    expect(opened.warnings).toHaveLength(1);
    modelsOf(opened.limits, ['m']);
    await opened.close();
    const again = await open('damaged.json');
    expect(again.warnings).toEqual([]);
    await again.close();
  },
);

it('a directory that is gone is said once, and limits go on', async () => {
  const opened = await openValueLimits({
    path: join(directory, 'gone', 'values.json'),
    logger: { warn: () => undefined },
    everyMs: 1,
  });
  expect(modelsOf(opened.limits, ['m'])).toEqual(['m']);
  await expect(opened.close()).resolves.toBeUndefined();
});
