import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url).pathname;
const started: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function run(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [MAIN, ...args]);
  started.push(child);
  return child;
}

async function firstOutput(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [bytes] = await once(child.stdout, 'data');
  return String(bytes);
}

describe('the command', () => {
  it('says where it listens and how to call it, answers there, and stops when told to', async () => {
    const child = run('--port', '0', '--time-scale', '0', '--fault', 'http_500');
    const output = await firstOutput(child);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    expect(output).toContain('new OpenAI(');
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-4o', messages: [] }),
    });
    expect(response.status).toBe(500);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['--fault', 'nonsense'],
    ['--timing', 'slowly'],
    ['--port', 'eighty'],
    ['--time-scale', '-1'],
  ])('refuses %s %s', async (option, value) => {
    const child = run(`${option}=${value}`);
    const [bytes] = await once(child.stderr, 'data');
    expect(String(bytes)).toContain(value);
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});
