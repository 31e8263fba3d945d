import type { BaseLogger } from 'pino';
import type { InsertResult, InsertStreams } from './insert-streams.ts';

export interface InsertUntilSettledOptions {
  readonly insert: InsertStreams;
  readonly logger: Pick<BaseLogger, 'warn' | 'error' | 'info'>;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when no more time is to be spent: pauses end, and after `closeMs` so does trying. */
  readonly closing: AbortSignal;
  readonly closeMs: number;
  readonly onInsert: (seconds: number, status: InsertResult['status']) => void;
}

export type Settlement =
  | { readonly status: 'stored' }
  | { readonly status: 'failed'; readonly message: string }
  /** Closing took too long; it may be stored or not. */
  | { readonly status: 'abandoned' };

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/**
 * Repeats an insert, the same bytes under the same token, until ClickHouse says yes or no: an insert whose answer was
 * lost may have been stored, and only its own token finds out without counting twice.
 */
export async function insertUntilSettled(
  blocks: readonly Buffer[],
  token: string,
  options: InsertUntilSettledOptions,
): Promise<Settlement> {
  const { insert, logger, now, delay, closing } = options;
  let closingSince: number | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const startedAt = now();
    const result = await insert(blocks, token);
    options.onInsert((now() - startedAt) / 1_000, result.status);
    if (result.status === 'stored') {
      if (attempt > 0) logger.info(`ClickHouse takes streams again, after ${attempt} failed inserts`);
      return result;
    }
    if (result.status === 'refused') {
      logger.error(`ClickHouse refused streams for good: ${result.reason}`);
      return { status: 'failed', message: 'ClickHouse refused the streams; the log says why.' };
    }
    // One line an episode.
    if (attempt === 0) logger.warn(`ClickHouse does not take streams, trying on: ${result.reason}`);
    if (closing.aborted) {
      closingSince ??= now();
      if (now() - closingSince >= options.closeMs) return { status: 'abandoned' };
    }
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10));
    // Closing cuts the pause that is under way short, and none of those after it.
    await delay(pause, closing.aborted ? undefined : closing);
  }
}
