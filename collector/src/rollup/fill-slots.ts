import type { ClickHouseClient } from '@clickhouse/client';
import { levels, requestLevelSeconds } from '../query/levels.ts';
import type { Coverage } from '../query/plan.ts';
import { rendered, type Sql } from '../query/sql.ts';
import {
  fillFromLevel,
  fillFromStreams,
  fillRequestAttempts,
  fillStreamIds,
  type SlotsToFill,
} from './slot-sql.ts';

export interface FillOptions {
  readonly client: ClickHouseClient;
  /** What slots may be made of instead of `streams`. */
  readonly coverage: Coverage;
  /** Of ClickHouse, for one statement. */
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Fills slots. All rows of one are in one part: a crash leaves it whole, or not there. */
export async function fillSlots(slots: SlotsToFill, options: FillOptions): Promise<void> {
  if (slots.levelSeconds === requestLevelSeconds) {
    await run(fillRequestAttempts(slots), options);
    await run(fillStreamIds(slots), options);
  }
  const finer = finerSlots(slots, options.coverage);
  await run(finer === undefined ? fillFromStreams(slots) : fillFromLevel(slots, finer), options);
}

/** The slots of the next finer level, when all of them equal their streams. */
function finerSlots({ project, levelSeconds, slotMs, count }: SlotsToFill, coverage: Coverage) {
  const finer = levels[levels.findIndex(({ seconds }) => seconds === levelSeconds) - 1];
  if (finer === undefined) return undefined;
  const found = Array.from({ length: (count * levelSeconds) / finer.seconds }, (_, place) =>
    coverage.generationOf(project, finer.seconds, slotMs + 1_000 * finer.seconds * place),
  );
  if (found.includes(undefined)) return undefined;
  const generations = found.filter((generation) => typeof generation === 'number');
  return generations.length === 0 ? undefined : { levelSeconds: finer.seconds, generations };
}

/** Longer than the heaviest slot takes: 18 million streams of an hour. */
const FILL_SECONDS = 1_800;

async function run(statement: Sql, { client, threads, signal }: FillOptions): Promise<void> {
  await client.command({
    ...rendered(statement),
    abort_signal: signal,
    clickhouse_settings: {
      // One block, so one part in each partition.
      min_insert_block_size_rows: '2000000000',
      min_insert_block_size_bytes: '8000000000',
      max_insert_threads: '1',
      // Counts, histograms and users must be of the same streams while others arrive.
      enable_shared_storage_snapshot_in_query: 1,
      // People who wait come first.
      max_threads: threads,
      priority: '10',
      max_execution_time: FILL_SECONDS,
      max_bytes_before_external_group_by: '2000000000',
      max_memory_usage: '4000000000',
      // The answer comes when the slot is filled, later than a proxy or the client might wait in silence.
      send_progress_in_http_headers: 1,
      http_headers_progress_interval_ms: '20000',
    },
  });
}
