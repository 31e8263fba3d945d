import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockSpool } from './spool-lock.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-lock-'));
});

afterEach(() => rm(directory, { recursive: true }));

it('a spool has one owner, until that lets go', () => {
  const first = lockSpool(directory);
  expect(first).toBeDefined();
  expect(lockSpool(directory)).toBeUndefined();
  first?.release();
  const second = lockSpool(directory);
  expect(second).toBeDefined();
  second?.release();
});

it('a spool has no owner as soon as its owner is killed', async () => {
  const holder = fileURLToPath(new URL('./testing/hold-lock.ts', import.meta.url));
  const child = spawn(process.execPath, [holder, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('locked\n');
  expect(lockSpool(directory)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = lockSpool(directory);
  expect(lock).toBeDefined();
  lock?.release();
});
