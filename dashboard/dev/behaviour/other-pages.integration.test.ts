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

const path = (page: Page): string => new URL(page.url()).pathname;

describe('streams', () => {
  test('the list goes on as far as one scrolls, and keeps few rows in the page', async () => {
    const page = await dashboard.open('/streams');
    await page.getByText('100 loaded, more below').waitFor();
    await eventually(async () => {
      await page.mouse.wheel(0, 4000);
      return page.getByText(/^[3-9]00 loaded, more below/).count();
    }).toBe(1);
    expect(
      await page
        .getByRole('listitem')
        .filter({ has: page.locator('a[href*="/streams/"]') })
        .count(),
    ).toBeLessThan(80);
    await page.context().close();
  });

  test('an id in the search field finds its stream, and stands in the address', async () => {
    const page = await dashboard.open('/streams');
    const link = page.locator('main a[href*="/streams/"]').first();
    const traceId = (await link.getAttribute('href'))?.split('/')[2] ?? '';
    await page.getByRole('searchbox', { name: 'Find streams by id' }).fill(traceId);
    await page.getByText('1 stream', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe(traceId);
    await page.context().close();
  });

  test('a stream opens from its row, tells how it ended, and its facts can be copied', async () => {
    const page = await dashboard.open('/streams?filter=reason:truncated&filter=model:claude-sonnet-4-5');
    await page.locator('main a[href*="/streams/"]').first().click();
    await page.getByRole('heading', { level: 1, name: /^The connection closed cleanly 60\.\d/ }).waitFor();
    await page.getByText('message_stop never came').waitFor();
    await page.getByText('Send keep-alives on long silences.').waitFor();
    await page.getByRole('button', { name: 'truncated', exact: true }).first().click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('truncated');
    await page.getByRole('link', { name: 'See them' }).click();
    await eventually(() => path(page)).toBe('/streams');
    expect(new URL(page.url()).searchParams.getAll('filter')).toContain('reason:truncated');
    await page.context().close();
  });

  test('an address without a stream says so', async () => {
    const page = await dashboard.open(`/streams/${'0'.repeat(32)}/${'0'.repeat(16)}`);
    await page.getByText('There is no stream with this id here.').waitFor();
    await page.context().close();
  });
});

describe('the palette', () => {
  test('leads to pages, filters and streams by keyboard alone', async () => {
    const page = await dashboard.open('/streams');
    const link = page.locator('main a[href*="/streams/"]').first();
    const traceId = (await link.getAttribute('href'))?.split('/')[2] ?? '';
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('pipe');
    await page.keyboard.press('Enter');
    await eventually(() => path(page)).toBe('/pipeline');
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('/');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type(traceId);
    await page.getByRole('option', { name: `${traceId.slice(0, 8)}…` }).waitFor();
    await page.keyboard.press('Enter');
    await eventually(() => path(page)).toContain(traceId);
    await page.context().close();
  });

  test('? lists the shortcuts', async () => {
    const page = await dashboard.open('/pipeline');
    await page.getByText('Rejected spans').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Add a filter').waitFor();
    await page.context().close();
  });
});

describe('alerts', () => {
  test('a rule is previewed on past data before it is saved, tested, switched off and deleted', async () => {
    const page = await dashboard.open('/alerts?filter=network:cell');
    await page.getByRole('link', { name: 'New rule' }).click();
    await page.getByText(/^In the last 24.h /).waitFor();
    await page.getByRole('button', { name: 'Create rule' }).click();
    await page.getByText('A name, as it will stand in the notification.').waitFor();
    await page.getByLabel('As it stands in the notification').fill('Cell users');
    await page.getByLabel('Failure rate above').fill('9');
    await page.getByRole('button', { name: 'Slack' }).click();
    await page.getByLabel('Address of channel 1').fill('https://hooks.slack.com/services/T/B/x');
    await page.getByRole('button', { name: 'Create rule' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Cell users' });
    await row.getByText('above 9 %').waitFor();
    await row.getByText('Network is cell').waitFor();
    await row.getByRole('button', { name: 'Options of Cell users' }).click();
    await page.getByRole('menuitem', { name: 'Send a test notification' }).click();
    await row.getByText('delivered').waitFor();
    await row.getByRole('switch').click();
    await row.getByText('Disabled').waitFor();
    await row.getByRole('button', { name: 'Options of Cell users' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await eventually(() => row.count()).toBe(0);
    await page.context().close();
  });

  test('an incident leads to its failed streams', async () => {
    const page = await dashboard.open('/incidents');
    await page
      .getByRole('link', { name: /Failure rate of all streams/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Suspects' }).waitFor();
    await page.getByRole('link', { name: 'Failed streams' }).click();
    await eventually(() => path(page)).toBe('/streams');
    expect(new URL(page.url()).searchParams.get('filter')).toBe('outcome:failed');
    expect(new URL(page.url()).searchParams.has('from')).toBe(true);
    await page.context().close();
  });
});

test('a chosen theme stays, and is there before the first paint', async () => {
  const page = await dashboard.open('/pipeline', { colorScheme: 'light' });
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await eventually(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.reload({ waitUntil: 'commit' });
  await eventually(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.context().close();
});

test('nothing made the browser complain', () => {
  expect(dashboard.complaints).toEqual([]);
});
