/**
 * Takes pictures of every page in both themes and both widths, with data, without, and failing, against the fixture
 * server, for a person to look at. Needs a build (`pnpm build`).
 *
 *     node dev/screenshots.ts [--only=overview] [--out=folder] [--origin=http://127.0.0.1:4318]
 */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { type FixtureMode, type FixtureServer, startFixtureServer } from './fixture-server.ts';

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly mode?: FixtureMode;
  readonly act?: (page: Page) => Promise<void>;
  /** Only the first screen, for states in which something is open. */
  readonly viewport?: boolean;
}

async function openFirst(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().click();
  await page.waitForTimeout(300);
}

const shots: readonly Shot[] = [
  { name: 'overview', path: '/' },
  { name: 'overview-filtered', path: '/?range=24h&filter=attachment:pdf&filter=!network:unknown' },
  { name: 'overview-30d', path: '/?range=30d' },
  { name: 'overview-thin', path: '/?range=15m&filter=model:gemini-2.5-pro&filter=attachment:image' },
  { name: 'empty', path: '/', mode: 'empty' },
  { name: 'failing', path: '/', mode: 'failing' },
  { name: 'loading', path: '/', mode: 'slow', viewport: true },
  { name: 'streams', path: '/streams?filter=outcome:failed', viewport: true },
  { name: 'incidents', path: '/incidents' },
  { name: 'incident', path: '/incidents/inc-pdf-sonnet' },
  { name: 'alerts', path: '/alerts' },
  { name: 'alert-form', path: '/alerts?rule=rule-all' },
  { name: 'pipeline', path: '/pipeline' },
  { name: 'keys', path: '/settings/keys' },
  { name: 'keys-empty', path: '/settings/keys', mode: 'empty' },
  {
    name: 'key-created',
    path: '/settings/keys?project=shop',
    act: async (page) => {
      await page.getByLabel('What uses it').fill('checkout page');
      await page.getByLabel('Pages that may use it').fill('https://shop.example');
      await openFirst(page, 'button:text-is("Create key")');
    },
  },
  {
    name: 'key-revoke',
    path: '/settings/keys',
    viewport: true,
    act: (page) => openFirst(page, 'button[aria-label^="Revoke"]'),
  },
  {
    name: 'project-menu',
    path: '/',
    viewport: true,
    act: (page) => openFirst(page, 'button[aria-label^="Project"]'),
  },
  {
    name: 'stream-truncated',
    path: '/streams?filter=reason:truncated',
    act: (page) => openFirst(page, 'main a[href*="/streams/"]'),
  },
  {
    name: 'stream-completed',
    path: '/streams?filter=reason:completed',
    act: (page) => openFirst(page, 'main a[href*="/streams/"]'),
  },
  {
    name: 'stream-refused',
    path: '/streams?filter=reason:rate_limited',
    act: (page) => openFirst(page, 'main a[href*="/streams/"]'),
  },
  {
    name: 'stream-failed',
    path: '/streams?filter=reason:reset',
    act: (page) => openFirst(page, 'main a[href*="/streams/"]'),
  },
  {
    name: 'incident-first',
    path: '/incidents',
    act: (page) => openFirst(page, 'main a[href*="/incidents/"]'),
  },
  { name: 'split', path: '/', act: (page) => openFirst(page, 'button:text-is("Model")') },
  { name: 'palette', path: '/', viewport: true, act: (page) => page.keyboard.press('Control+k') },
  { name: 'time-menu', path: '/', viewport: true, act: (page) => page.keyboard.press('t') },
  { name: 'filter-menu', path: '/', viewport: true, act: (page) => page.keyboard.press('f') },
  {
    name: 'hover',
    path: '/',
    viewport: true,
    act: async (page) => {
      const box = await page.locator('[data-chart="Failure rate over time"]').boundingBox();
      if (box !== null) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.waitForTimeout(200);
    },
  },
];

const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;

const sliceHeight = 1500;

interface Setting {
  readonly width: keyof typeof widths;
  readonly theme: 'light' | 'dark';
}

/** A phone's page is too tall to look at in one picture. */
async function shootSlices(page: Page, file: string): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let top = 0, part = 1; top < height; top += sliceHeight, part += 1) {
    await page.screenshot({
      path: file.replace('.png', `-part${part}.png`),
      fullPage: true,
      clip: { x: 0, y: top, width: widths.narrow.width, height: Math.min(sliceHeight, height - top) },
    });
  }
}

async function shoot(
  browser: Browser,
  origin: string,
  shot: Shot,
  setting: Setting,
  folder: string,
): Promise<string[]> {
  const context = await browser.newContext({
    viewport: widths[setting.width],
    colorScheme: setting.theme,
    deviceScaleFactor: 1,
    reducedMotion: 'reduce',
    ...(setting.width === 'narrow' ? { isMobile: true, hasTouch: true } : {}),
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(origin + shot.path);
  await page.waitForTimeout(shot.mode === 'slow' ? 900 : shot.mode === 'failing' ? 2600 : 1500);
  await shot.act?.(page);
  await page.waitForTimeout(600);
  const file = join(folder, `${shot.name}-${setting.width}-${setting.theme}.png`);
  await page.screenshot({ path: file, fullPage: shot.viewport !== true });
  if (setting.width === 'narrow' && shot.viewport !== true) await shootSlices(page, file);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) complaints.push(`the page is ${overflow} px wider than the window`);
  await context.close();
  const expected = shot.mode === 'failing' ? /503/ : /^$/;
  return complaints
    .filter((text) => !expected.test(text))
    .map((text) => `${shot.name} ${setting.width} ${setting.theme}: ${text}`);
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    out: { type: 'string' },
    origin: { type: 'string' },
    set: { type: 'string' },
  },
});
const folder = values.out ?? (await mkdtemp(join(tmpdir(), 'weir-screenshots-')));
await mkdir(folder, { recursive: true });
const chosen = shots.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name));
const settings: readonly Setting[] = (['wide', 'narrow'] as const)
  .flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ width, theme })))
  .filter(
    ({ width, theme }) => values.set === undefined || values.set.split(',').includes(`${width}-${theme}`),
  );

const server: FixtureServer | undefined =
  values.origin === undefined
    ? await startFixtureServer({ port: 0, mode: 'data', nowMs: Date.now() })
    : undefined;
const browser = await launchBrowser();
try {
  for (const shot of chosen) {
    server?.setMode(shot.mode ?? 'data');
    for (const setting of settings) {
      const complaints = await shoot(browser, server?.origin ?? values.origin ?? '', shot, setting, folder);
      for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
    }
  }
} finally {
  await browser.close();
  await server?.close();
}
process.stdout.write(`${chosen.length * settings.length} pictures in ${folder}\n`);
