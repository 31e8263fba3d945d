import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const running: ChildProcess[] = [];

afterEach(() => {
  for (const launcher of running.splice(0)) launcher.kill('SIGKILL');
});

/** Starts a launcher; `lines` are those of the command, the first of which is its process id. */
function launch(...args: string[]) {
  const script = fileURLToPath(new URL('./testing/launch.mjs', import.meta.url));
  const launcher = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(launcher);
  const lines = createInterface({ input: launcher.stdout })[Symbol.asyncIterator]();
  return {
    launcher,
    exit: once(launcher, 'exit').then(([code, signal]) => ({ code, signal })),
    nextLine: async () => (await lines.next()).value,
    restOfLines: async () => {
      const rest: string[] = [];
      for (let line = await lines.next(); !line.done; line = await lines.next()) rest.push(line.value);
      return rest;
    },
  };
}

describe('runForeground', () => {
  it('ends with the exit code of the command', async () => {
    const { exit } = launch('7', 'now');
    expect(await exit).toEqual({ code: 7, signal: null });
  });

  it('passes a signal on and waits for a clean end', async () => {
    const { launcher, exit, nextLine, restOfLines } = launch('3');
    await nextLine();
    launcher.kill('SIGTERM');
    expect(await restOfLines()).toEqual(['SIGTERM']);
    expect(await exit).toEqual({ code: 3, signal: null });
  });

  it('takes the two signals of one Ctrl-C for one', async () => {
    const { launcher, nextLine, restOfLines } = launch('0');
    await nextLine();
    launcher.kill('SIGINT');
    expect(await nextLine()).toBe('SIGINT');
    launcher.kill('SIGINT');
    expect(await restOfLines()).toEqual([]);
  });

  it('says by its code that a signal ended the command', async () => {
    const { exit, nextLine } = launch('0');
    process.kill(Number(await nextLine()), 'SIGKILL');
    expect(await exit).toEqual({ code: 128 + 9, signal: null });
  });

  it('lets the command end cleanly when the launcher is killed', async () => {
    const { launcher, nextLine, restOfLines } = launch('0');
    await nextLine();
    launcher.kill('SIGKILL');
    expect(await restOfLines()).toEqual(['SIGTERM']);
  });
});
