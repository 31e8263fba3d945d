import { mkdir } from 'node:fs/promises';
import type { BaseLogger } from 'pino';
import type { Database } from '../clickhouse/database.ts';
import { type Config, ConfigError, isLoopback } from '../config.ts';
import { keyFileIn } from './key-file.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { createKeyStore } from './key-store.ts';
import { createKeyUse, type KeyUse } from './key-use.ts';
import { createKeys, type Keys } from './keys.ts';

/** The keys of a running collector. */
export interface OpenKeys {
  readonly ring: KeyRing;
  readonly keys: Keys;
  readonly use: KeyUse;
  /** Begins to follow what other collectors change. */
  start(): void;
  /** Writes down what was used last, if ClickHouse takes it, and stops. */
  close(): Promise<void>;
}

export interface OpenKeysOptions {
  readonly config: Pick<Config, 'dataDir' | 'host' | 'ingestKey'>;
  readonly database: Database;
  readonly logger: Pick<BaseLogger, 'info' | 'warn'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Monotonic, milliseconds. */
  readonly monotonic: () => number;
  /** Resolves after the time, or at once when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** When each key was last seen by this collector, Unix milliseconds. */
  readonly lastSeen: () => ReadonlyMap<string, number>;
}

/** A key that another collector created or revoked counts here after this time. */
export const refreshSeconds = 5;
const ROUNDS_TO_EXCHANGE = 12;

/** @throws ConfigError when what was known of keys cannot be read: without it revoked keys could pass */
export async function openKeys(options: OpenKeysOptions): Promise<OpenKeys> {
  const { config, database, logger, now, monotonic } = options;
  await mkdir(config.dataDir, { recursive: true });
  const file = keyFileIn(config.dataDir);
  const ring = createKeyRing({
    ...(config.ingestKey !== undefined && { environmentKey: config.ingestKey }),
    isOpenWithoutKeys: isLoopback(config.host),
    now: monotonic,
  });
  const store = createKeyStore(database);
  const keys = createKeys({ ring, store, file, now, logger });
  const use = createKeyUse(store, options.lastSeen);
  const known = await file.read();
  if (known.status === 'damaged') {
    throw new ConfigError(
      `The ingest keys in ${file.path} cannot be read (${known.reason}). Give this user access to the file, or delete it: keys are then read from ClickHouse.`,
    );
  }
  if (known.status === 'read') keys.recall(known.snapshot);
  const following = followChanges({ ...options, refresh: keys.refresh, exchange: use.exchange });
  return { ring, keys, use, start: following.start, close: following.close };
}

interface FollowOptions extends Pick<OpenKeysOptions, 'database' | 'logger' | 'delay'> {
  readonly refresh: () => Promise<void>;
  readonly exchange: () => Promise<void>;
}

function followChanges({ database, logger, delay, refresh, exchange }: FollowOptions) {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isFailing = false;

  async function attempt(work: () => Promise<void>): Promise<void> {
    if (!database.ready) return;
    try {
      await work();
      if (isFailing) logger.info('Ingest keys are read from ClickHouse again');
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        logger.warn({ err: error }, 'Ingest keys could not be read; those known last stay valid');
      isFailing = true;
    }
  }

  async function follow(): Promise<void> {
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      await attempt(refresh);
      if (round % ROUNDS_TO_EXCHANGE === 0) await attempt(exchange);
      await delay(refreshSeconds * 1_000, stopping.signal);
    }
    await attempt(exchange);
  }

  return {
    start() {
      running ??= follow();
    },
    async close() {
      stopping.abort();
      await running;
    },
  };
}
