import type { BaseLogger } from 'pino';
import { EngineError } from './engine-error.ts';
import { createStatusCell, type EngineStatus } from './engine-status.ts';

const POLL_MS = 5_000;
const START_POLL_MS = 500;

/** `refused`: it answered, and will keep refusing these credentials. `silent`: no answer, or not ready for one. */
export type ServerAnswer =
  | { status: 'answered' }
  | { status: 'refused'; reason: string }
  | { status: 'silent'; reason: string };

export interface ExternalServerOptions {
  /** For messages; shown without credentials. */
  url: string;
  ask: () => Promise<ServerAnswer>;
  logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  startTimeoutMs: number;
  /** Rejects when aborted. */
  delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface ExternalServerWatch {
  readonly status: EngineStatus;
  onStatus(listener: (status: EngineStatus) => void): () => void;
  stop(): Promise<void>;
}

/**
 * Waits for a server that somebody else runs, then asks it every 5 s whether it is there.
 *
 * @throws EngineError `unreachable` when it stays silent for `startTimeoutMs`, `access-denied` when it refuses
 */
export async function watchExternalServer(options: ExternalServerOptions): Promise<ExternalServerWatch> {
  const { ask, logger } = options;
  const name = withoutCredentials(options.url);
  const status = createStatusCell();
  const stopping = new AbortController();
  await waitForFirstAnswer(options, name, stopping.signal);
  status.set('ready');
  const watching = watch();

  async function watch(): Promise<void> {
    while (await elapsed()) {
      const answer = await ask();
      if (stopping.signal.aborted) return;
      if (answer.status === 'answered') {
        if (status.get() !== 'ready') logger.info(`ClickHouse at ${name} is back`);
        status.set('ready');
      } else {
        if (status.get() === 'ready') logger.error(`ClickHouse at ${name} does not answer: ${answer.reason}`);
        status.set('restarting');
      }
    }
  }

  async function elapsed(): Promise<boolean> {
    return options.delay(POLL_MS, stopping.signal).then(
      () => !stopping.signal.aborted,
      () => false,
    );
  }

  return {
    get status() {
      return status.get();
    },
    onStatus: status.onStatus,
    async stop() {
      stopping.abort();
      status.set('stopped');
      await watching;
    },
  };
}

async function waitForFirstAnswer(
  options: ExternalServerOptions,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  let reason = '';
  for (let waitedMs = 0; waitedMs <= options.startTimeoutMs; waitedMs += START_POLL_MS) {
    const answer = await options.ask();
    if (answer.status === 'answered') return;
    if (answer.status === 'refused') {
      throw new EngineError(
        'access-denied',
        `ClickHouse at ${name} refused the credentials (${answer.reason}). Correct CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.`,
      );
    }
    if (answer.reason !== reason) options.logger.warn(`Waiting for ClickHouse at ${name}: ${answer.reason}`);
    reason = answer.reason;
    await options.delay(START_POLL_MS, signal);
  }
  throw new EngineError(
    'unreachable',
    `ClickHouse at ${name} does not answer (${reason}). Start it, correct CLICKHOUSE_URL, or leave that unset to use the embedded server.`,
  );
}

function withoutCredentials(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  return shown.href;
}
