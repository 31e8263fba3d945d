import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { detectEnvironment } from './environment.ts';
import { observeStream } from './observe-stream.ts';
import { factOf, recordSpans } from './testing/recorded-spans.ts';

/** A page as far as the SDK looks at one. */
const page = new EventTarget();

beforeEach(() => {
  vi.stubGlobal('document', { baseURI: 'https://shop.example/chat', visibilityState: 'visible' });
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
});
afterEach(() => vi.unstubAllGlobals());

function online(onLine: boolean, connection?: object): void {
  vi.stubGlobal('navigator', { onLine, connection });
}

const url = new URL('https://api.example.com/');

test('a page tells about its connection what the browser says, and nothing else', () => {
  online(true, { type: 'cellular', effectiveType: '3g', rtt: 250, downlink: 1.4 });
  expect(detectEnvironment().network(url)).toEqual({
    networkType: 'cell',
    effectiveType: '3g',
    rttSeconds: 0.25,
    downlinkMbps: 1.4,
    pageVisibility: 'visible',
  });
  online(true);
  expect(detectEnvironment().network(url)).toEqual({ pageVisibility: 'visible' });
  expect(detectEnvironment().vantage).toBe('browser');
});

test('a page without a network says so', () => {
  online(false);
  expect(detectEnvironment().isOffline()).toBe(true);
  expect(detectEnvironment().network(url).networkType).toBe('unavailable');
});

test('a page that goes away reports its open streams', async () => {
  online(true);
  const spans = recordSpans();
  async function* generate() {
    yield { choices: [{ index: 0, delta: { content: 'a' } }] };
  }
  const stream = observeStream(generate(), { tracerProvider: spans.tracerProvider });
  await stream.next();
  page.dispatchEvent(new Event('pagehide'));
  const [span] = spans.all();
  expect(factOf(span, 'reason')).toBe('page_closed');
  expect(factOf(span, 'vantage')).toBe('browser');
  expect(factOf(span, 'pageVisibility')).toBe('visible');
});
