import { expect, test } from 'vitest';
import { outputOf, runProgram } from './testing/run-program.ts';

async function changedBy(entry: string): Promise<string[]> {
  const { out, errors } = await outputOf(runProgram({ name: 'import-entry', args: [entry] }));
  expect(errors).toBe('');
  return JSON.parse(out);
}

test.each(['index', 'browser', 'node', 'resilience/index'])(
  'importing %s changes nothing that others can see',
  async (entry) => {
    expect(await changedBy(entry)).toEqual([]);
  },
);

test('importing register does', async () => {
  expect(await changedBy('register')).toEqual(
    expect.arrayContaining(['globalThis.fetch', 'listeners of SIGTERM', 'listeners of beforeExit']),
  );
});
