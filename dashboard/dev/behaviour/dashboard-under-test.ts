import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { expect } from 'vitest';
import { launchBrowser } from '../browser.ts';
import { type FixtureServer, startFixtureServer } from '../fixture-server.ts';

/** The built dashboard in a real browser, against seeded answers. */
export interface DashboardUnderTest {
  readonly server: FixtureServer;
  /** Opens a path in a window of its own. What the browser complains of is collected in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Errors, warnings and violations of the content security policy since the start. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Long enough for a busy machine; what has not happened by then does not happen. */
const patienceMs = 20_000;

/** Polls until a matcher agrees. */
export function eventually<T>(read: () => T | Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: patienceMs });
}

const root = join(import.meta.dirname, '..', '..');

export async function startDashboard(): Promise<DashboardUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-dashboard-'));
  await build({ root, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  const server = await startFixtureServer({ port: 0, mode: 'data', nowMs: Date.now(), folder });
  const browser: Browser = await launchBrowser();
  const complaints: string[] = [];
  return {
    server,
    complaints,
    async open(path, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
        timezoneId: 'UTC',
        permissions: ['clipboard-read', 'clipboard-write'],
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(patienceMs);
      page.on('console', (message) => {
        // A failing answer is logged by the browser itself; pages are tested for what they make of it.
        const isAnswer = message.text().includes('the server responded with a status of');
        if (['error', 'warning'].includes(message.type()) && !isAnswer) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(server.origin + path);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
