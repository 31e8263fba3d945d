import { lostSpansKey } from '@weir/schemas/attributes';
import { type EncodedSpan, keyValues } from './otlp-json.ts';

export interface SpanOutboxOptions {
  /** Posts one export, in a way that outlives the page. */
  readonly post: (body: string) => Promise<Pick<Response, 'status' | 'headers'>>;
  /** Puts encoded spans into an export. */
  readonly envelope: (spans: readonly EncodedSpan[]) => object;
  readonly schedule: (task: () => void, ms: number) => unknown;
  readonly cancel: (timer: unknown) => void;
  /** An export was refused for good. */
  readonly onRefused: (status: number) => void;
  /** Spans that may wait. Default 256; then the oldest makes room, and is counted. */
  readonly limit?: number;
}

/** Spans on their way to a collector, from a page that may go away at any time. */
export interface SpanOutbox {
  /** Spans that were dropped; the next export tells the collector. */
  readonly lost: number;
  add(span: EncodedSpan): void;
  /** Sends what waits, one export after another. Never rejects. */
  flush(): Promise<void>;
  /** Sends what waits at once: the page may be gone before an answer comes. */
  leave(): void;
}

/** Browsers let requests that outlive a page carry 64 KiB together: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch */
const maxExportChars = 30_000;
const maxExportsAtOnce = 2;
const delayMs = 2_000;
const longestDelayMs = 60_000;

export function createSpanOutbox(options: SpanOutboxOptions): SpanOutbox {
  const { post, envelope, schedule, cancel, onRefused, limit = 256 } = options;
  let waiting: EncodedSpan[] = [];
  let lost = 0;
  let timer: unknown;
  let failures = 0;
  let sending: Promise<void> | undefined;

  const makeRoom = () => {
    const excess = Math.max(0, waiting.length - limit);
    lost += excess;
    waiting = waiting.slice(excess);
  };
  const arm = (ms: number) => {
    timer ??= schedule(() => {
      timer = undefined;
      void flush();
    }, ms);
  };
  /** As many of the oldest spans as one export may hold; at least one. */
  const take = (): EncodedSpan[] => {
    let chars = 0;
    const next = waiting.findIndex((span, index) => {
      chars += JSON.stringify(span).length;
      return index > 0 && chars > maxExportChars;
    });
    return waiting.splice(0, next === -1 ? waiting.length : next);
  };
  const putBack = (spans: readonly EncodedSpan[], waitMs: number) => {
    waiting = [...spans, ...waiting];
    makeRoom();
    arm(waitMs);
  };
  /** @returns whether to go on. */
  const send = async (spans: EncodedSpan[]): Promise<boolean> => {
    const reported = lost;
    lost = 0;
    const answer = await post(JSON.stringify(envelope(reporting(spans, reported)))).catch(() => undefined);
    if (answer === undefined || isTemporary(answer.status)) {
      lost += reported;
      putBack(spans, waitOf(answer?.headers, failures++));
      return false;
    }
    failures = 0;
    if (answer.status >= 300) {
      lost += reported + spans.length;
      onRefused(answer.status);
    }
    return true;
  };
  const sendAll = async () => {
    while (waiting.length > 0 && (await send(take())));
  };
  const flush = () => {
    cancel(timer);
    timer = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  };

  return {
    get lost() {
      return lost;
    },
    add(span) {
      waiting.push(span);
      makeRoom();
      arm(delayMs);
    },
    flush,
    leave() {
      for (let sent = 0; sent < maxExportsAtOnce && waiting.length > 0; sent++) void send(take());
    },
  };
}

/** What the collector may take another time: https://opentelemetry.io/docs/specs/otlp/#failures-1 */
function isTemporary(status: number): boolean {
  return status === 429 || (status >= 502 && status <= 504);
}

function waitOf(headers: Headers | undefined, failures: number): number {
  const told = Number(headers?.get('retry-after') ?? 0) * 1000;
  return Math.min(longestDelayMs, Math.max(told || 0, delayMs * 2 ** failures));
}

function reporting(spans: readonly EncodedSpan[], lost: number): readonly EncodedSpan[] {
  const [first, ...rest] = spans;
  if (lost === 0 || first === undefined) return spans;
  return [{ ...first, attributes: [...first.attributes, ...keyValues({ [lostSpansKey]: lost })] }, ...rest];
}
