import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Collector, createCollector, readConfig } from '@weir/collector';
import type { StreamAnswer, StreamPage } from '@weir/schemas/api';
import { createSimulator, type FaultRequest, type Simulator, simulatorHeaders } from '@weir/simulator';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { type ChatPage, serveChatPage } from './chat-page.ts';
import { eventually } from './eventually.ts';

type Detail = StreamAnswer['stream'];

const reportedWithinMs = 20_000;

let dataDir: string;
let collector: Collector;
let simulator: Simulator;
let app: ChatPage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let pageErrors: string[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-page-'));
  collector = await createCollector(readConfig({ WEIR_PORT: '0', WEIR_DATA_DIR: dataDir }, dataDir));
  simulator = await createSimulator({ cors: true });
  app = await serveChatPage();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([simulator?.close(), app?.close()]);
  await collector?.close();
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(error.message));
  await page.goto(app.url);
  await page.waitForFunction('window.sdk');
});
afterEach(async () => {
  expect(pageErrors).toEqual([]);
  await context.close();
});

/** Starts the SDK in the page. @returns the conversation that its streams are found by. */
async function start(): Promise<string> {
  const conversation = randomUUID();
  await page.evaluate(
    `window.weir = sdk.startWeir({
      endpoint: ${JSON.stringify(collector.url)},
      service: 'chat-page',
      conversation: () => ${JSON.stringify(conversation)},
      dimensions: { plan: 'free' },
    })`,
  );
  return conversation;
}

/** A call to the simulator, in the page. */
function call({ timing, ...fault }: FaultRequest): string {
  const init = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...simulatorHeaders({
        after: 5,
        ...fault,
        timing: { headersMs: 5, ttftMs: 20, gapMs: 10, jitter: 0, chunks: 12, ...timing },
      }),
    },
    body: JSON.stringify({ model: 'gpt-4.1', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  };
  return `fetch(${JSON.stringify(`${simulator.url}/v1/chat/completions`)}, {...${JSON.stringify(init)}, ...more})`;
}

/** Reads the body of a call to its end in the page. @returns the name of the error that the page saw; '' for none. */
function read(source: string): Promise<string> {
  return page.evaluate(`(async (more) => {
    try { await (await ${source}).text(); return ''; } catch (error) { return error.name; }
  })({})`);
}

async function reported(conversation: string): Promise<Detail> {
  const ask = async <T>(path: string) => (await fetch(`${collector.url}/api/v1${path}`)).json() as Promise<T>;
  const row = await eventually(
    `the stream of ${conversation}`,
    async () => {
      const { rows } = await ask<StreamPage>(`/streams?search=${conversation}`);
      expect(rows.length).toBeLessThanOrEqual(1);
      return rows[0];
    },
    reportedWithinMs,
  );
  return (await ask<StreamAnswer>(`/streams/${row.traceId}/${row.spanId}`)).stream;
}

it('tells a collector about a stream of the own service, in the same trace, with the facts of the page', async () => {
  const conversation = await start();
  const seen = app.traceparents.length;
  expect(await read(`fetch('/api/chat', { method: 'POST', body: '{"messages":[]}' })`)).toBe('');
  const stream = await reported(conversation);
  expect(stream).toMatchObject({
    outcome: 'completed',
    reason: 'completed',
    vantage: 'browser',
    service: 'chat-page',
    protocol: 'ai_sdk',
    terminalEventReceived: true,
    chunks: 13,
    providerRequestId: 'req-of-the-service',
    pageVisibility: 'visible',
    effectiveType: expect.stringMatching(/g$/),
    rttSeconds: expect.any(Number),
    downlinkMbps: expect.any(Number),
    browserPlatform: expect.stringMatching(/./),
    userAgent: expect.stringMatching(/chrom/i),
  });
  expect(app.traceparents.slice(seen)).toEqual([`00-${stream.traceId}-${stream.spanId}-01`]);
});

it('gives the page the same bytes, and the same response, as it gets without', async () => {
  const readAll = `(async () => {
    const response = await fetch('/api/chat', { method: 'POST', body: '{}' });
    const copy = response.clone();
    const whole = new Uint8Array(await response.arrayBuffer());
    return { bytes: [...whole], again: await copy.text(), type: response.type, url: response.url,
      status: response.status, headers: [...response.headers].filter(([name]) => name !== 'date') };
  })()`;
  const bare = await page.evaluate(readAll);
  const conversation = await start();
  expect(await page.evaluate(readAll)).toEqual(bare);
  expect((await reported(conversation)).outcome).toBe('completed');
});

it.each([
  ['completed', '', 'completed', 'completed'],
  ['reset_between_frames', 'TypeError', 'failed', 'reset'],
  ['eof_between_frames', '', 'failed', 'truncated'],
  ['error_event', '', 'failed', 'provider_error'],
  ['http_429_rate_limit', '', 'failed', 'rate_limited'],
  ['reset_before_headers', 'TypeError', 'failed', 'connect_error'],
] as const)('reports %s as the wire says it', async (fault, error, outcome, reason) => {
  const conversation = await start();
  expect(await read(call({ fault }))).toBe(error);
  const stream = await reported(conversation);
  expect(stream).toMatchObject({ outcome, reason, vantage: 'browser', model: 'gpt-4.1' });
  if (reason === 'reset' || reason === 'truncated')
    expect(stream).toMatchObject({ stage: 'streaming', chunks: 5 });
});

it('reports an abort in the middle as the wish of the page', async () => {
  const conversation = await start();
  const error = await page.evaluate(`(async () => {
    const controller = new AbortController();
    const more = { signal: controller.signal };
    const response = await ${call({ fault: 'idle_stall' })};
    const reader = response.body.getReader();
    await reader.read();
    const waiting = (async () => { for (;;) if ((await reader.read()).done) return ''; })();
    setTimeout(() => controller.abort(), 200);
    return waiting.catch((error) => error.name);
  })()`);
  expect(error).toBe('AbortError');
  expect(await reported(conversation)).toMatchObject({
    outcome: 'aborted',
    reason: 'client_abort',
    initiator: 'client',
    stage: 'streaming',
  });
});

it('reports a call without a network once there is one again', async () => {
  const conversation = await start();
  await context.setOffline(true);
  expect(await read(`fetch('/api/chat', { method: 'POST', body: '{}' })`)).toBe('TypeError');
  // The first attempt to send it fails as well.
  await page.evaluate('weir.flush()');
  await context.setOffline(false);
  expect(await reported(conversation)).toMatchObject({
    outcome: 'failed',
    reason: 'offline',
    stage: 'connect',
    initiator: 'client',
    networkType: 'unavailable',
  });
});

it.each([
  ['is left', () => page.goto('about:blank')],
  ['is closed', () => page.close({ runBeforeUnload: true })],
] as const)('reports the open stream of a page that %s', async (_how, leave) => {
  const conversation = await start();
  await page.evaluate(`(async (more) => {
    const reader = (await ${call({ fault: 'idle_stall' })}).body.getReader();
    let chunks = 0;
    while (chunks < 4) { await reader.read(); chunks++; }
    void reader.read();
  })({})`);
  await leave();
  expect(await reported(conversation)).toMatchObject({
    outcome: 'aborted',
    reason: 'page_closed',
    initiator: 'client',
    stage: 'streaming',
  });
});

it.each([
  ['the text', 'response.text()'],
  ['a reader', 'drained(response.body.getReader())'],
  ['a pipe', 'drained(response.body.pipeThrough(new TextDecoderStream()).getReader())'],
  ['a branch', 'drained(response.body.tee()[0].getReader())'],
  ['a copy', 'response.clone().text()'],
])('takes no stream for dropped whose page still waits for %s', async (_what, read) => {
  const conversation = await start();
  await page.evaluate(`(async (more) => {
    const drained = async (reader) => { for (;;) if ((await reader.read()).done) return; };
    // Nothing but the reading itself holds on to anything.
    setTimeout(async () => {
      const response = await ${call({ fault: 'completed', timing: { gapMs: 50, chunks: 40 } })};
      await ${read};
      window.isRead = response.ok;
    });
  })({})`);
  const devtools = await context.newCDPSession(page);
  while (!(await page.evaluate('window.isRead === true'))) {
    await devtools.send('HeapProfiler.collectGarbage');
    await sleep(200);
  }
  expect(await reported(conversation)).toMatchObject({ reason: 'completed', chunks: 40 });
});

it('reports a stream that the page has dropped', async () => {
  const conversation = await start();
  await page.evaluate(`(async (more) => {
    const { body } = await ${call({ fault: 'idle_stall' })};
    await body.getReader().read();
  })({})`);
  const devtools = await context.newCDPSession(page);
  const found = reported(conversation);
  while (!(await Promise.race([found, sleep(500, false)]))) {
    await devtools.send('HeapProfiler.collectGarbage');
  }
  expect(await found).toMatchObject({ reason: 'consumer_break', initiator: 'client' });
});

it('says nothing of calls that stream nothing', async () => {
  const conversation = await start();
  await read(`fetch('/anything', { method: 'POST', body: '{}' })`);
  await read(`fetch('http://127.0.0.1:9/anything', { method: 'POST', body: '{}' })`);
  expect(await read(call({ fault: 'completed' }))).toBe('');
  expect((await reported(conversation)).serverPort).toBe(simulator.port);
});
