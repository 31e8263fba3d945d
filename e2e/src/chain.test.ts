import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, createCollector, readConfig } from '@weir/collector';
import { type AlertReceiver, startAlertReceiver } from '@weir/demo/alert-receiver';
import { startTraffic, type TrafficProcess } from '@weir/demo/traffic-process';
import { PROXY_IDLE_SECONDS } from '@weir/demo/troubles';
import type { Breakdown, IncidentList, StreamPage, Summary } from '@weir/schemas/api';
import { createIdleProxy, createSimulator, type IdleProxy, type Simulator } from '@weir/simulator';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { eventually } from './eventually.ts';

/** The demo, twenty times as fast: its first incident is PDFs on one model, cut by a proxy. */
const timeScale = 0.05;
const ruleName = 'PDFs fail';

let dataDir: string;
let collector: Collector;
let simulator: Simulator;
let proxy: IdleProxy;
let receiver: AlertReceiver;
let traffic: TrafficProcess | undefined;
let browser: Browser;
let page: Page;
const alerts: { status: string; summary: string }[] = [];
const pageErrors: string[] = [];

async function ask<T>(path: string): Promise<T> {
  return (await fetch(`${collector.url}/api/v1${path}`)).json() as Promise<T>;
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-e2e-'));
  collector = await createCollector(readConfig({ WEIR_PORT: '0', WEIR_DATA_DIR: dataDir }, dataDir));
  simulator = await createSimulator({ timeScale });
  proxy = await createIdleProxy({
    upstream: simulator.url,
    style: 'nginx',
    idleTimeoutMs: PROXY_IDLE_SECONDS * 1000 * timeScale,
  });
  receiver = await startAlertReceiver((status, summary) => alerts.push({ status, summary }));
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
});

afterAll(async () => {
  await browser?.close();
  await traffic?.stop();
  await Promise.all([simulator?.close(), proxy?.close(), receiver?.close()]);
  await collector?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('from a stream of a real client to a chart and an alert', () => {
  it('says how to instrument while there is nothing to show', async () => {
    await page.goto(collector.url);
    await page.getByText('@weir/sdk/register').first().waitFor();
    expect(await page.locator('body').textContent()).toContain(new URL(collector.url).host);
  });

  it('takes a rule and shows it', async () => {
    const answer = await fetch(`${collector.url}/api/v1/rules`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: ruleName,
        filters: ['attachment:pdf'],
        threshold: 0.3,
        windowSeconds: 60,
        delaySeconds: 5,
        forSeconds: 0,
        recoveryForSeconds: 10,
        minimumStreams: 10,
        channels: [{ type: 'webhook', url: receiver.url }],
      }),
    });
    expect([answer.status, await answer.text()]).toEqual([201, expect.any(String)]);
    await page.goto(`${collector.url}/alerts`);
    await page.getByText(ruleName).first().waitFor();
  });

  it('shows the traffic of real clients by model, attachment and network', async () => {
    traffic = startTraffic({
      collectorUrl: collector.url,
      providers: { directUrl: simulator.url, proxiedUrl: proxy.url },
      streamsPerSecond: 12,
      users: 200,
      seed: 5,
      quietMs: 8000,
      incidentMs: 50_000,
      onIncident: () => undefined,
    });
    const summary = await eventually('a hundred streams', async () => {
      const found = await ask<Summary>('/summary');
      return found.streams > 100 ? found : undefined;
    });
    expect(summary.completed).toBeGreaterThan(50);
    expect(summary.ttftSeconds.p50).toBeGreaterThan(0);

    await page.goto(collector.url);
    await page.getByText('streams failed').first().waitFor();
    for (const by of ['model', 'attachment', 'network']) {
      const { rows } = await ask<Breakdown>(`/breakdown?by=${by}`);
      expect(rows.length).toBeGreaterThan(1);
      expect(rows.map(({ key }) => key)).not.toContain('unknown');
      const panel = page.getByRole('region', { name: `By ${by}` });
      await panel
        .getByText(rows[0]?.key ?? 'a value', { exact: false })
        .first()
        .waitFor();
    }
  });

  it('counts a stream once, although a vendor client emits a span of its own for each call', async () => {
    const { rows } = await ask<Breakdown>('/breakdown?by=instrumentation');
    expect(rows.map(({ key }) => key)).toEqual(['@weir/sdk']);
  });

  it('fires, tells the webhook, and names what the failures have in common', async () => {
    const fired = await eventually('the alert', async () => alerts.find(({ status }) => status === 'firing'));
    expect(fired.summary).toContain('%');
    const { incidents } = await ask<IncidentList>('/incidents?status=firing');
    const incident = incidents.find((one) => one.ruleName === ruleName);
    expect(incident?.failureRate).toBeGreaterThan(0.3);
    // All of them are on one model and behind a proxy: either names the incident.
    expect(['claude-sonnet-5', 'true']).toContain(incident?.suspects[0]?.value);
    expect(['model', 'proxy']).toContain(incident?.suspects[0]?.dimension);

    await page.goto(`${collector.url}/incidents`);
    await page.getByText(ruleName).first().click();
    await page.waitForURL(/\/incidents\/.+/);
    await page.getByText('claude-sonnet-5').or(page.getByText('Proxy')).first().waitFor();
  });

  it('shows one failed stream with its ending in words, and advice', async () => {
    const { rows } = await ask<StreamPage>('/streams?limit=1&filter=attachment:pdf&filter=outcome:failed');
    await page.goto(`${collector.url}/streams/${rows[0]?.traceId}/${rows[0]?.spanId}`);
    await page.getByText('application/pdf').first().waitFor();
    await page.getByText('raise that timeout', { exact: false }).first().waitFor();
  });

  it('resolves when the incident is over, and has told each transition once', async () => {
    const isOver = async () => alerts.find(({ status }) => status === 'resolved');
    await eventually('the end of the alert', isOver, 150_000);
    expect(alerts.map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('raises no error in the browser', () => {
    expect(pageErrors).toEqual([]);
  });
});
