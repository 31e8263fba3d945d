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

const projectIn = (page: Page): string | null => new URL(page.url()).searchParams.get('project');

describe('ingest keys', () => {
  test('a key is created, shown once with what to paste, copied, and revoked', async () => {
    const page = await dashboard.open('/');
    await page.getByRole('link', { name: 'Settings: ingest keys' }).click();
    await page
      .getByRole('heading', { level: 1, name: '3 keys send into 2 projects; one was never used.' })
      .waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Say what uses it').waitFor();
    await page.getByLabel('What uses it').fill('checkout page');
    await page.getByLabel('Pages that may use it').fill('shop.example');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('shop.example is no origin').waitFor();
    await page.getByLabel('Pages that may use it').fill('https://shop.example');
    await page.getByLabel('Most spans per second').fill('50');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Key for checkout page, project default' }).waitFor();
    await page.getByRole('button', { name: 'Copy the key' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    const key = await page.evaluate(() => navigator.clipboard.readText());
    expect(key).toMatch(/^weir_/);
    for (const tab of ['Web page', 'No code', 'Any OpenTelemetry']) {
      await page.getByRole('tab', { name: tab }).click();
      // The panel before is there until it has faded.
      await page.getByRole('tabpanel', { name: tab }).getByText(key).waitFor();
    }
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await eventually(() => page.getByText(key).count()).toBe(0);
    const row = page.getByRole('listitem').filter({ hasText: 'checkout page' });
    await row.getByText('50 spans/s · https://shop.example').waitFor();
    await row.getByRole('button', { name: 'Revoke checkout page' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Keep it' }).click();
    await row.getByRole('button', { name: 'Revoke checkout page' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await row.getByText('Revoked', { exact: true }).waitFor();
    await page.context().close();
  });

  test('the palette leads to them', async () => {
    const page = await dashboard.open('/pipeline');
    await page.getByText('Rejected spans').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('ingest keys');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Create key' }).waitFor();
    await page.context().close();
  });
});

describe('projects', () => {
  test('are chosen in the header, stand in the address, and go along from page to page', async () => {
    const page = await dashboard.open('/?filter=network:cell');
    await page
      .getByText(/streams? failed|of .* streams/i)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Project default' }).click();
    await page.getByRole('menuitemradio', { name: 'shop' }).click();
    await page.getByText('Waiting for the first stream').waitFor();
    expect(projectIn(page)).toBe('shop');
    expect(new URL(page.url()).searchParams.has('filter')).toBe(false);
    await page
      .getByRole('navigation', { name: 'Pages' })
      .first()
      .getByRole('link', { name: 'Incidents' })
      .click();
    await page.getByText(/Nothing is firing; none/).waitFor();
    expect(projectIn(page)).toBe('shop');
    await page.getByRole('button', { name: 'Project shop' }).click();
    await page.getByRole('menuitemradio', { name: 'default' }).click();
    await page
      .getByRole('link', { name: /Failure rate of all streams/ })
      .first()
      .waitFor();
    expect(projectIn(page)).toBeNull();
    await page.context().close();
  });

  test('are not spoken of while there is only one', async () => {
    dashboard.server.setMode('empty');
    const page = await dashboard.open('/');
    await page.getByText('Waiting for the first stream').waitFor();
    expect(await page.getByRole('button', { name: /^Project/ }).count()).toBe(0);
    await page.context().close();
    dashboard.server.setMode('data');
  });
});

test('nothing made the browser complain', () => {
  expect(dashboard.complaints).toEqual([]);
});
