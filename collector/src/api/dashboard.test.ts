import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { serveDashboard } from './dashboard.ts';

const directories: string[] = [];
afterEach(async () => {
  await Promise.all(directories.splice(0).map((directory) => rm(directory, { recursive: true })));
});

async function appWith(files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'weir-dashboard-'));
  directories.push(directory);
  await mkdir(join(directory, 'assets'));
  const write = async (more: Readonly<Record<string, string>>) => {
    for (const [name, content] of Object.entries(more)) await writeFile(join(directory, name), content);
  };
  await write(files);
  const app = fastify();
  await serveDashboard(app, directory);
  return { app, write };
}

const page = '<!doctype html><title>Weir</title><div id="root"></div>';

describe('the dashboard', () => {
  it.each(['/', '/streams', '/incidents/abc', '/assets', '/assets/'])(
    'opens its page at %s',
    async (path) => {
      const { app } = await appWith({ 'index.html': page, 'assets/app-1a2b.js': 'export {};' });
      const answer = await app.inject(path);
      expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
        200,
        'text/html; charset=utf-8',
        page,
      ]);
      expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
    },
  );

  it('serves its files to be kept for good, because their names carry a hash', async () => {
    const { app } = await appWith({ 'index.html': page, 'assets/app-1a2b.js': 'export {};' });
    const answer = await app.inject('/assets/app-1a2b.js');
    expect([answer.statusCode, answer.body]).toEqual([200, 'export {};']);
    expect(answer.headers['cache-control']).toContain('immutable');
  });

  it('serves what was built while it ran', async () => {
    const { app, write } = await appWith({});
    await write({ 'index.html': page, 'assets/app-2b3c.js': 'export {};' });
    expect((await app.inject('/')).body).toBe(page);
    expect((await app.inject('/assets/app-2b3c.js')).statusCode).toBe(200);
  });

  it.each(['/api/v1/nothing', '/v1/nothing', '/assets/gone.js'])(
    'leaves %s an error in JSON',
    async (path) => {
      const { app } = await appWith({ 'index.html': page });
      const answer = await app.inject(path);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found']);
    },
  );

  it('says how to build it where it is not built', async () => {
    const { app } = await appWith({});
    const answer = await app.inject('/');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm start');
  });
});
