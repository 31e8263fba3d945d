import type { SendOutcome } from './channel.ts';
import type { PostResult } from './post-json.ts';

/** Answers that say "later" rather than "no". */
const RETRIED = new Set([408, 425, 429]);
/** A receiver that asks for more patience than this is taken to mean this. */
const LONGEST_RETRY_AFTER_SECONDS = 3600;
const MOST_QUOTED = 200;

/** What an HTTP answer means for a delivery: 2xx delivered, 408/425/429/5xx and silence later, all else refused. */
export function httpOutcome(result: PostResult, now: number): SendOutcome {
  if (result.status === 'forbidden') return { status: 'refused', detail: result.detail };
  if (result.status === 'unreachable') {
    return { status: 'retry', detail: result.detail, notBeforeSeconds: null };
  }
  const { statusCode } = result;
  if (statusCode >= 200 && statusCode < 300) return { status: 'delivered' };
  const detail = `The receiver answered ${statusCode}${quoted(result.text)}.`;
  if (statusCode >= 300 && statusCode < 400) {
    return { status: 'refused', detail: `${detail} Redirects are not followed: give the final address.` };
  }
  if (statusCode >= 500 || RETRIED.has(statusCode)) {
    return { status: 'retry', detail, notBeforeSeconds: retryAfterSeconds(result.retryAfter, now) };
  }
  return { status: 'refused', detail };
}

/** RFC 9110 10.2.3: seconds, or a date. */
function retryAfterSeconds(header: string | null, now: number): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  if (Number.isNaN(seconds)) return null;
  return Math.min(LONGEST_RETRY_AFTER_SECONDS, Math.max(0, seconds));
}

function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return '';
  return line.length > MOST_QUOTED ? `: ${line.slice(0, MOST_QUOTED)}…` : `: ${line}`;
}
