import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** A Chromium from npm on Linux; elsewhere the Chrome that is installed. */
export async function openBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  if (process.platform !== 'linux') return playwright.launch({ channel: 'chrome', args });
  return playwright.launch({ executablePath: await chromium.executablePath(), args });
}
