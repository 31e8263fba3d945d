import { describe, expect, it } from 'vitest';
import { adviceFor, runStep, StepFailure } from './step.mjs';

/** Runs a step whose program is a line of JavaScript; returns what the person at the terminal sees. */
async function terminalOf(program: string): Promise<string> {
  const seen: string[] = [];
  const terminal = { write: (text: string) => seen.push(text) };
  const step = { title: 'Fetching', file: process.execPath, args: ['-e', program], cwd: process.cwd() };
  await runStep(step, terminal).catch((error: unknown) => {
    if (!(error instanceof StepFailure)) throw error;
    seen.push(error.message);
  });
  return seen.join('');
}

describe('runStep', () => {
  it('prints one line for a step that works, and nothing of its output', async () => {
    expect(await terminalOf(`console.log('chatter')`)).toMatch(/^Fetching … \d+ s\n$/);
  });

  it('prints the output of a step that fails, and then what to do', async () => {
    const seen = await terminalOf(
      `console.error('getaddrinfo ENOTFOUND registry.npmjs.org'); process.exitCode = 1`,
    );
    expect(seen).toMatch(
      /^Fetching … failed\ngetaddrinfo ENOTFOUND.*\n\nThe package registry could not be reached/,
    );
  });

  it('keeps the end of a long output', async () => {
    const seen = await terminalOf(
      `for (let i = 0; i < 5000; i++) console.log('line ' + i); process.exitCode = 1`,
    );
    expect(seen).toContain('line 4999');
    expect(seen).not.toContain('line 4000\n');
  });

  it('fails like any other when the program does not exist', async () => {
    const step = { title: 'Fetching', file: '/nowhere/npm', args: [], cwd: process.cwd() };
    await expect(runStep(step, { write: () => undefined })).rejects.toThrow('/nowhere/npm');
  });
});

describe('adviceFor', () => {
  it.each([
    ['npm error code ENOTFOUND', /registry could not be reached/],
    ['connect ECONNREFUSED 127.0.0.1:1', /registry could not be reached/],
    ['ENOSPC: no space left on device, write', /disk is full/],
    ["EACCES: permission denied, mkdir '/x'", /may not write/],
    ['ERR_PNPM_OUTDATED_LOCKFILE', /commit the lockfile/],
    ['something nobody has seen', /open an issue/],
  ])('answers "%s"', (output, advice) => {
    expect(adviceFor(output)).toMatch(advice);
  });
});
