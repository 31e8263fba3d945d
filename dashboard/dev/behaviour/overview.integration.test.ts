import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DashboardUnderTest, eventually, startDashboard } from './dashboard-under-test.ts';

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  dashboard = await startDashboard();
});

afterAll(async () => {
  await dashboard.close();
});

const search = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

const panel = (page: Page, title: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

const chart = (page: Page, label: string) => page.locator(`[data-chart="${label}"]`);

async function openOverview(path = '/'): Promise<Page> {
  const page = await dashboard.open(path);
  await panel(page, 'By model').getByRole('button').nth(1).waitFor();
  await chart(page, 'Failure rate over time').locator('svg').first().waitFor();
  return page;
}

describe('filters', () => {
  test('a click on a bar filters every panel, a second one takes it back, and back goes back', async () => {
    const page = await openOverview();
    const all = await page.getByRole('heading', { level: 1 }).textContent();
    await panel(page, 'By attachment').getByRole('button', { name: /^PDF/ }).click();
    await eventually(() => search(page).getAll('filter')).toEqual(['attachment:pdf']);
    await page.getByRole('list', { name: 'Filters' }).getByText('PDF').waitFor();
    await eventually(() => page.getByRole('heading', { level: 1 }).textContent()).toContain(
      'matching streams',
    );
    await page.goBack();
    await eventually(() => search(page).getAll('filter')).toEqual([]);
    await eventually(async () =>
      (await page.getByRole('heading', { level: 1 }).textContent())?.slice(-12),
    ).toBe(all?.slice(-12));
    await page.context().close();
  });

  test('a chip turns a filter around and removes it', async () => {
    const page = await openOverview('/?filter=network:cell');
    await page.getByRole('button', { name: 'Network is cell', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Exclude instead' }).click();
    await eventually(() => search(page).getAll('filter')).toEqual(['!network:cell']);
    await page.getByRole('button', { name: 'Remove filter Network is not cell' }).click();
    await eventually(() => search(page).getAll('filter')).toEqual([]);
    await page.context().close();
  });

  test('by keyboard: f, the dimension, the value', async () => {
    const page = await openOverview();
    await page.keyboard.press('f');
    await page.getByRole('combobox', { name: 'Dimension' }).waitFor();
    await page.keyboard.type('attach');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Value of Attachment' }).waitFor();
    await page.getByRole('option', { name: /PDF/ }).waitFor();
    await page.keyboard.type('pdf');
    await eventually(() => page.getByRole('option').count()).toBe(1);
    await page.keyboard.press('Enter');
    await eventually(() => search(page).getAll('filter')).toEqual(['attachment:pdf']);
    await page.context().close();
  });
});

describe('time', () => {
  test('pulling a range out of a chart zooms into it, and stops being live', async () => {
    const page = await openOverview();
    const box = await chart(page, 'Failure rate over time').boundingBox();
    if (box === null) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 80, { steps: 5 });
    await page.mouse.up();
    await eventually(() => search(page).has('from')).toBe(true);
    const minutes =
      (Date.parse(search(page).get('to') ?? '') - Date.parse(search(page).get('from') ?? '')) / 60_000;
    expect(minutes).toBeGreaterThan(8);
    expect(minutes).toBeLessThan(16);
    await page.getByRole('button', { name: 'Fixed' }).waitFor();
    await page.context().close();
  });

  test('t opens the time menu at what holds now, and Escape gives the focus back', async () => {
    const page = await openOverview();
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Last hour', pressed: true }).waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Last 24 hours' }).click();
    await eventually(() => search(page).get('range')).toBe('24h');
    await page.context().close();
  });

  test('the range and the filters go along to every page', async () => {
    const page = await openOverview('/?range=6h&filter=network:cell');
    await page.getByRole('link', { name: 'Streams', exact: true }).first().click();
    await eventually(() => new URL(page.url()).pathname).toBe('/streams');
    expect([search(page).get('range'), search(page).get('filter')]).toEqual(['6h', 'network:cell']);
    await page.context().close();
  });
});

describe('charts', () => {
  test('the chart that is pointed at shows its values, the others the line and their legends the values', async () => {
    const page = await openOverview();
    await chart(page, 'Time to first token, percentiles over time').locator('svg').first().waitFor();
    const box = await chart(page, 'Failure rate over time').boundingBox();
    if (box === null) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await eventually(() => page.locator('.recharts-tooltip-wrapper ul:visible').count()).toBe(1);
    await eventually(() => panel(page, 'Latency').getByText(/p95\d/).count()).toBeGreaterThan(0);
    await page.context().close();
  });

  test('every chart can be read as a table and taken away as CSV', async () => {
    const page = await openOverview();
    await page.getByRole('button', { name: 'Options of Failure rate' }).click();
    await page.getByRole('menuitem', { name: 'Show as table' }).click();
    await eventually(() => panel(page, 'Failure rate').getByRole('row').count()).toBeGreaterThan(30);
    await page.getByRole('button', { name: 'Options of Failure rate' }).click();
    await page.getByRole('menuitem', { name: 'Copy as CSV' }).click();
    await page.getByText('Copied').waitFor();
    const csv = await page.evaluate(() => navigator.clipboard.readText());
    expect(csv.split('\r\n')[0]).toBe('Time (UTC),the hour before,Failure rate');
    await page.context().close();
  });

  test('a chart can be taken away as a picture', async () => {
    const page = await openOverview();
    await page.getByRole('button', { name: 'Options of Failure rate' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Download image' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('weir-failure-rate.png');
    const content = await readFile(await download.path());
    expect(content.subarray(1, 4).toString()).toBe('PNG');
    expect(content.length).toBeGreaterThan(10_000);
    await page.context().close();
  });

  test('split by a dimension, each value has a line and a name', async () => {
    const page = await openOverview();
    await page.getByRole('button', { name: 'Model', exact: true }).click();
    await eventually(() => panel(page, 'Failure rate').locator('li').allTextContents()).toContain(
      'claude-sonnet-4-5',
    );
    await page.context().close();
  });
});

describe('trouble', () => {
  test('the last good answer stays when asking again fails, and goes on when it works again', async () => {
    const page = await openOverview();
    dashboard.server.setMode('failing');
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await page.getByText('Showing the last good answer.').first().waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('streams failed');
    expect(
      await panel(page, 'By model')
        .getByRole('button', { name: /^gpt-5-mini/ })
        .count(),
    ).toBe(1);
    dashboard.server.setMode('data');
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await eventually(() => page.getByText('Showing the last good answer.').count()).toBe(0);
    await page.context().close();
  });

  test('a page that was never answered says why, and what to do', async () => {
    dashboard.server.setMode('failing');
    const page = await dashboard.open('/');
    await page.getByRole('alert').getByText('ClickHouse is restarting').waitFor();
    dashboard.server.setMode('data');
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await eventually(() => page.getByRole('heading', { level: 1 }).textContent()).toContain('streams failed');
    await page.context().close();
  });

  test('a collector without streams shows how to send one to its own address', async () => {
    dashboard.server.setMode('empty');
    const page = await dashboard.open('/');
    await page.getByText('Waiting for the first stream').waitFor();
    const endpoint = `${dashboard.server.origin}/v1/traces`;
    await page.getByText(endpoint, { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'openai' }).click();
    await page.getByText('new OpenAI({ fetch: weir.fetch })').waitFor();
    dashboard.server.setMode('data');
    await page.getByText('Termination reasons').waitFor();
    await page.context().close();
  });
});

test('nothing made the browser complain', () => {
  expect(dashboard.complaints).toEqual([]);
});
