import { ask, type Database } from '../query/ask.ts';
import { levels } from '../query/levels.ts';
import { integers, sql } from '../query/sql.ts';
import type { Inventory, RolledSlot, StoredSlot } from './slots.ts';

/** More slots than a thousand projects have in a month. */
const limits = { seconds: 60, memoryBytes: 2_000_000_000, rowsRead: 2_000_000_000, resultRows: 5_000_000 };

/** Reads what both tables have, in milliseconds: `streams` from its projection, `rollups` from rows without dimensions. */
export async function takeInventory(
  database: Database,
  nowMs: number,
  signal?: AbortSignal,
): Promise<Inventory> {
  // Rollups first: of a slot that is made meanwhile, the streams are then newer than what is taken for them.
  const rolled = await ask<RolledSlot>(database, rolledSlots, { limits, signal });
  const stored = await ask<StoredSlot>(database, storedSlots, { limits, signal });
  return { rolled, stored, takenAtMs: nowMs };
}

const seconds = integers(levels.map((level) => level.seconds));

/** The expressions are those of the projection, to the letter. */
const storedSlots = sql`
  SELECT project, levelSeconds, intDiv(toUnixTimestamp(at), levelSeconds) * levelSeconds * 1000 AS slotMs,
    sum(streams) AS rows, toString(sum(ids)) AS checksum
  FROM (
    SELECT project, toStartOfFiveMinutes(ended_at) AS at, count() AS streams, sum(reinterpretAsUInt64(span_id)) AS ids
    FROM streams
    GROUP BY project, at)
  ARRAY JOIN [${seconds}] AS levelSeconds
  GROUP BY project, levelSeconds, slotMs`;

const rolledSlots = sql`
  SELECT project, level_seconds AS levelSeconds, toUnixTimestamp(slot) * 1000 AS slotMs, generation,
    rows, toString(checksum) AS checksum
  FROM rollups
  WHERE dimension_a = '' AND dimension_b = ''`;
