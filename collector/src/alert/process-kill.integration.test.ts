import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident, IncidentList, Rule } from '@weir/schemas/api';
import { attributes } from '@weir/schemas/attributes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AlertmanagerBody } from './channels/webhook.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const MAIN = join(import.meta.dirname, '../main.ts');

let dataDir: string;
let receiver: Receiver;
let running: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-alert-kill-'));
  receiver = await startReceiver();
});

afterEach(async () => {
  await end('SIGTERM');
  await receiver.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

/** The real program on the test's data directory. @returns its address */
async function startProgram(): Promise<string> {
  const env = { ...process.env, WEIR_PORT: '0', WEIR_DATA_DIR: dataDir, WEIR_LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  running = child;
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^\s*Dashboard\s+(\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return url;
  }
  throw new Error('the program ended before it was ready');
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const exited = once(running, 'exit');
  running.kill(signal);
  await exited;
}

async function send(method: string, url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  expect(response.ok, `${method} ${url}`).toBe(true);
  return response;
}

/** Streams that ended just now, over OTLP. */
function failedStreams(count: number): object {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const end = BigInt(Date.now() - 1_000) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, index) => ({
    traceId: (index + 1).toString(16).padStart(32, '0'),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'chat gpt-5',
    kind: 3,
    startTimeUnixNano: String(end - 2_000_000_000n),
    endTimeUnixNano: String(end),
    attributes: [
      text(attributes.operation.key, 'chat'),
      text(attributes.model.key, 'gpt-5'),
      text(attributes.outcome.key, 'failed'),
      text(attributes.reason.key, 'truncated'),
    ],
  }));
  return {
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: 'test' }, spans }] }],
  };
}

const rule = {
  name: 'Everything fails',
  threshold: 0.1,
  windowSeconds: 300,
  delaySeconds: 0,
  forSeconds: 0,
  minimumStreams: 10,
};

/** The incidents of a rule, once all their messages so far are recorded as delivered. */
async function recordedIncidents(url: string, ruleId: string): Promise<Incident[]> {
  for (;;) {
    const { incidents } = (await (await fetch(`${url}/api/v1/incidents`)).json()) as IncidentList;
    const own = incidents.filter((incident) => incident.ruleId === ruleId);
    const deliveries = own.flatMap((incident) => incident.deliveries);
    if (deliveries.length > 0 && deliveries.every(({ status }) => status === 'delivered')) return own;
    await sleep(50);
  }
}

it('an incident survives kill -9: it is told once, and its end is told by the next process', async () => {
  const first = await startProgram();
  const channels = [{ type: 'webhook', url: `${receiver.origin}/hook` }];
  const created = (await (await send('POST', `${first}/api/v1/rules`, { ...rule, channels })).json()) as Rule;
  const told = receiver.next();
  await send('POST', `${first}/v1/traces`, failedStreams(40));
  await told;
  await recordedIncidents(first, created.id);

  await end('SIGKILL');
  const second = await startProgram();
  const kept = await recordedIncidents(second, created.id);
  expect(kept).toMatchObject([{ status: 'firing', streams: 40, failed: 40 }]);

  const ending = receiver.next();
  const disabled = { ...rule, channels: created.channels, enabled: false };
  await send('PUT', `${second}/api/v1/rules/${created.id}`, disabled);
  await ending;
  const bodies = receiver.received.map(({ body }) => body as AlertmanagerBody);
  expect(bodies.map(({ status }) => status)).toEqual(['firing', 'resolved']);
});
