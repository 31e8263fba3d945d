import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCollector } from './collector.ts';
import { readConfig } from './config.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let directory: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-main-'));
});

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { WEIR_DATA_DIR: directory, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  async function url(): Promise<string> {
    while (true) {
      const found = /Dashboard +(http:\S+)/.exec(said.out)?.[1];
      if (found !== undefined) return found;
      const next = await Promise.race([
        once(child.stdout, 'data').then(() => 'more'),
        exited.then(() => 'gone'),
      ]);
      if (next === 'gone') throw new Error(said.err);
    }
  }
  return { child, said, exited, url };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

/** ClickHouse notes its process id in its data directory. */
async function clickhouseProcessId(): Promise<number> {
  const status = await readFile(join(directory, 'clickhouse', 'status'), 'utf8');
  return Number(/^PID: (\d+)$/m.exec(status)?.[1]);
}

async function send(url: string): Promise<number> {
  const nowNs = `${Date.now()}000000`;
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'chat',
    startTimeUnixNano: nowNs,
    endTimeUnixNano: nowNs,
    attributes: [{ key: 'gen_ai.system', value: { stringValue: 'openai' } }],
  };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/v1/traces`, { method: 'POST', body, headers })).status;
}

describe('the program', () => {
  it('says where it is and how to go on; ends on Ctrl-C, leaves nothing running, and keeps what it had', async () => {
    const first = run({ WEIR_PORT: '0' });
    const url = await first.url();
    expect(first.said.out).toContain(`OTLP        ${url}/v1/traces`);
    expect(first.said.out).toMatch(/http:\/\/127\.0\.0\.1:\d+ +\(gRPC\)/);
    expect(first.said.out).toContain('npm run demo');
    expect(await send(url)).toBe(200);
    const clickhouse = await clickhouseProcessId();
    expect(isAlive(clickhouse)).toBe(true);

    first.child.kill('SIGINT');
    expect(await first.exited).toBe(0);
    expect(first.said.out.trimEnd()).toMatch(/Stopped\.$/);
    expect(isAlive(clickhouse)).toBe(false);

    const second = run({ WEIR_PORT: '0' });
    const answer = await fetch(`${await second.url()}/api/v1/summary`);
    expect(await answer.json()).toMatchObject({ streams: 1 });
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });

  it('ends at once on the second signal', async () => {
    const program = run({ WEIR_PORT: '0' });
    const url = await program.url();
    // A request under way holds the end up.
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
    const request = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } };
    const hanging = fetch(`${url}/v1/traces`, request as RequestInit).catch(() => 'cut');
    await fetch(`${url}/healthz`);
    program.child.kill('SIGINT');
    await new Promise<void>((resolve) => {
      program.child.stdout.on('data', () => program.said.out.includes('stopping') && resolve());
    });
    program.child.kill('SIGINT');
    expect(await program.exited).toBe(1);
    expect(await hanging).toBe('cut');
  });

  it('ends while it waits for a ClickHouse that does not come', async () => {
    const program = run({ WEIR_PORT: '0', CLICKHOUSE_URL: 'http://127.0.0.1:1' });
    await once(program.child.stdout, 'data');
    program.child.kill('SIGINT');
    expect(await program.exited).toBe(0);
    expect(program.said.out).toContain('Stopped.');
  });

  it.each(['WEIR_PORT', 'WEIR_GRPC_PORT'])('says in one sentence that %s is taken', async (variable) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const program = run({ WEIR_PORT: '0', [variable]: String(port) });
    expect(await program.exited).toBe(1);
    expect(program.said.err).toBe(
      `Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another port with ${variable}.\n`,
    );
    holder.close();
  });

  it('goes on without gRPC where another program has the port that nobody chose', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const config = { ...readConfig({ WEIR_PORT: '0', WEIR_DATA_DIR: directory }, directory), grpcPort: port };
    const collector = await createCollector(config);
    expect(collector.grpcUrl).toBeUndefined();
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200);
    await collector.close();
    holder.close();
  });

  it('says in one sentence what is wrong with its configuration', async () => {
    const program = run({ WEIR_PORT: 'http' });
    expect(await program.exited).toBe(1);
    expect(program.said.err).toBe('WEIR_PORT must be a port from 0 to 65535.\n');
  });
});
