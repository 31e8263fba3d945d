import { type AskOptions, ask, type Database } from './ask.ts';
import { fromHex } from './dimension.ts';
import { slotTime } from './facts.ts';
import { requestLevelSeconds } from './levels.ts';
import { planOf, rawPlan, type TimeRange } from './plan.ts';
import { bound, column, joined, type Sql, sql } from './sql.ts';

const SLOT_MS = 300_000;

const searchedTexts = [
  'requestId',
  'providerRequestId',
  'responseId',
  'userHash',
  'sessionId',
  'conversationId',
] as const;

/** Every id of a stream as text, those that it has. */
export const idsOfStream: Sql = sql`arrayFilter(id -> id != '', [
  lower(hex(trace_id)), lower(hex(span_id)),
  ${joined(searchedTexts.map(column), ', ')}])`;

/** How an id is found again. */
export function hashOfId(id: Sql): Sql {
  return sql`toUInt32(bitAnd(cityHash64(${id}), 4294967295))`;
}

/** The slot of `stream_ids` that a time lies in. */
export const slotOfEnd: Sql = sql`toStartOfFiveMinutes(ended_at)`;

/** True for streams that have the id, of whatever kind. */
export function hasId(id: string): Sql {
  const texts = searchedTexts.map((field) => sql`${column(field)} = ${bound('String', id)}`);
  const bytes = isHex(id) ? [sql`${column(id.length === 32 ? 'traceId' : 'spanId')} = ${fromHex(id)}`] : [];
  return sql`(${joined([...bytes, ...texts], ' OR ')})`;
}

function isHex(id: string): boolean {
  return /^(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{32})$/.test(id);
}

export interface IdSearch {
  readonly project: string;
  readonly id: string;
  /** Absent: whatever is stored. */
  readonly range?: TimeRange | undefined;
  /** Only the newest slots; absent: all. */
  readonly limit?: number | undefined;
}

export interface FoundRanges {
  /** Where streams with the id may have ended, in order. */
  readonly ranges: readonly TimeRange[];
  /** False when there may be more, older ones. */
  readonly isComplete: boolean;
}

/** More slots than a person looks through; an id that is everywhere is searched everywhere. */
const MAX_SLOTS = 2_000;

/** Finds where to look for an id. Some of the ranges may have none of it, but no other time has. */
export async function rangesOfId(
  database: Database,
  { project, id, range, limit = MAX_SLOTS }: IdSearch,
  options: AskOptions,
): Promise<FoundRanges> {
  const coverage = database.coverage?.();
  const whole = range ?? { fromMs: coverage?.fromMs ?? 0, toMs: LATEST_MS };
  if (coverage === undefined) return { ranges: rawPlan(whole).raw, isComplete: true };
  const { raw } = planOf(whole, coverage, { project, levelSeconds: [requestLevelSeconds] });
  const hashes = [id, ...(isHex(id) ? [id.toLowerCase()] : [])].map((text) =>
    hashOfId(bound('String', text)),
  );
  const slots = await ask<{ slotMs: number }>(
    database,
    sql`
      SELECT DISTINCT toUnixTimestamp(slot) * 1000 AS slotMs
      FROM stream_ids
      WHERE project = ${bound('String', project)} AND id IN (${joined(hashes, ', ')})
        AND slot > ${slotTime(whole.fromMs - SLOT_MS)} AND slot < ${slotTime(Math.min(whole.toMs, coverage.untilMs) + 1_000)}
      ORDER BY slotMs DESC
      LIMIT ${bound('UInt32', limit)}`,
    options,
  );
  const isComplete = slots.length < limit;
  if (!isComplete && limit >= MAX_SLOTS) return { ranges: rawPlan(whole).raw, isComplete: true };
  const found = slots.map(({ slotMs }) => ({
    fromMs: Math.max(whole.fromMs, slotMs),
    toMs: Math.min(whole.toMs, slotMs + SLOT_MS),
  }));
  // Older than the slots that were left out, nothing may be shown yet.
  const oldestMs = isComplete ? whole.fromMs : (found.at(-1)?.fromMs ?? whole.fromMs);
  const unfilled = raw
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, oldestMs), toMs }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
  return { ranges: merged([...found, ...unfilled]), isComplete };
}

const LATEST_MS = Date.UTC(2200, 0, 1);

/** The same times without overlaps, in order. */
function merged(ranges: readonly TimeRange[]): TimeRange[] {
  const result: TimeRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last !== undefined && range.fromMs <= last.toMs) {
      result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, range.toMs) };
    } else result.push(range);
  }
  return result;
}
