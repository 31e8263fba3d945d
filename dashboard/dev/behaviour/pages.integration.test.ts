import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DashboardUnderTest, startDashboard } from './dashboard-under-test.ts';

/** Every page in every state, held to what no page may do. */

let dashboard: DashboardUnderTest;

beforeAll(async () => {
  dashboard = await startDashboard();
});

afterAll(async () => {
  await dashboard.close();
});

const pages = [
  ['/', 'Termination reasons'],
  ['/?range=15m&filter=model:gemini-2.5-pro&filter=attachment:image', 'Termination reasons'],
  ['/streams', 'Find streams by id'],
  ['/incidents', 'Resolved'],
  ['/incidents/inc-pdf-sonnet', 'Suspects'],
  ['/alerts', 'New rule'],
  ['/alerts?rule=rule-all', 'Who is told'],
  ['/pipeline', 'Rejected spans'],
  ['/settings/keys', 'Pages that may use it'],
] as const;

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const violations = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then(({ violations }) => violations)",
  )) as readonly Violation[];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')} – ${failureSummary.replaceAll('\n', ' ')}`,
    ),
  );
}

async function settled(page: Page, text: string): Promise<void> {
  await page.getByText(text).or(page.getByLabel(text)).first().waitFor();
  await page.waitForLoadState('networkidle');
}

/** In the dark the same structure is drawn in other colours: the pages with most of them stand for all. */
const pagesByTheme = {
  light: pages,
  dark: pages.filter(([path]) => ['/', '/alerts', '/incidents/inc-pdf-sonnet'].includes(path)),
};

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each(pagesByTheme[colorScheme])('%s has no accessibility violation', async (path, text) => {
    const page = await dashboard.open(path, { colorScheme });
    await settled(page, text);
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  });

  test('a stream in full has no accessibility violation', async () => {
    const page = await dashboard.open('/streams?filter=reason:truncated', { colorScheme });
    await page.locator('main a[href*="/streams/"]').first().click();
    await settled(page, 'All facts');
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  });

  test('the empty page has no accessibility violation', async () => {
    dashboard.server.setMode('empty');
    const page = await dashboard.open('/', { colorScheme });
    await settled(page, 'Waiting for the first stream');
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
    dashboard.server.setMode('data');
  });
});

test.each([
  ...pages.map(([path, text]) => [path, text, 390] as const),
  ['/', 'Termination reasons', 768] as const,
])('%s is not wider than a window (%s, %s px)', async (path, text, width) => {
  const page = await dashboard.open(path, {
    viewport: { width, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  await settled(page, text);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await page.context().close();
});

test('no page made the browser complain, also not of the content security policy', () => {
  expect(dashboard.complaints).toEqual([]);
});
