import type { ClickHouseClient } from '@clickhouse/client';

export interface Fill {
  readonly rows: number;
  /** Unix milliseconds, half-open, on the end of the stream. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly seed: number;
}

/**
 * Fills `streams` inside ClickHouse with seeded, skewed data: 40 models of 4 providers, 12 attachment classes, 6
 * networks, 200 regions, 1 M users, a daily cycle, about 4 % failures, more for audio files and behind one network. Every
 * 50th request is made twice.
 * Each row has four gap buckets and the ids of a real stream, so bytes and scans are of a realistic size.
 */
export async function fillStreams(client: ClickHouseClient, fill: Fill): Promise<void> {
  await client.command({
    query: insertSql,
    query_params: { rows: fill.rows, from: fill.fromMs, to: fill.toMs, seed: fill.seed },
    // A month is 31 partitions, and a block spans all of them.
    clickhouse_settings: { max_partitions_per_insert_block: '1000' },
  });
}

/** Moves ends towards one time of each day: busy days, quiet nights, and still no sort. */
const dailyCycle = '0.12 * sin(2 * pi() * share * ({to:Int64} - {from:Int64}) / 86400000)';

const insertSql = `
INSERT INTO streams
(
  project, trace_id, span_id, ended_at, started_at, received_at, duration_seconds, service, provider, model,
  ttft_seconds, network_type, country, region, session_id, user_hash, conversation_id, vantage, outcome, reason, stage,
  initiator, http_status, chunks, output_tokens, max_gap_seconds, max_gap_index, max_gap_offset_seconds, gap_histogram,
  stall_at_end, attachment_class, request_id, attempt, final_attempt, provider_request_id, response_id, proxy
)
WITH
  sipHash64(number, {seed:UInt64}) AS h,
  (h % 1000003) / 1000003. AS u1,
  (sipHash64(h, 1) % 1000003) / 1000003. AS u2,
  (sipHash64(h, 2) % 1000003) / 1000003. AS u3,
  (sipHash64(h, 3) % 1000003) / 1000003. AS u4,
  (sipHash64(h, 4) % 1000003) / 1000003. AS u5,
  (sipHash64(h, 5) % 1000003) / 1000003. AS u6,
  number / {rows:UInt64} AS share,
  {from:Int64} + toInt64(({to:Int64} - {from:Int64}) * least(0.999999, greatest(0,
    share + ${dailyCycle} * 86400000 / ({to:Int64} - {from:Int64})))) AS ended,
  toUInt32(40 * pow(u1, 3)) AS m,
  toUInt32(12 * pow(u2, 4)) AS a,
  toUInt32(6 * pow(u3, 2)) AS n,
  toUInt32(200 * pow(u4, 2)) AS r,
  toUInt32(1000000 * pow(u5, 2)) AS person,
  number % 50 = 0 AS is_retried,
  number % 50 = 1 AS is_retry,
  multiIf(
    is_retried OR u6 < 0.01 + 0.04 * (a = 3) + 0.03 * (n = 4), 'failed',
    u6 < 0.12, 'limited', u6 < 0.18, 'aborted', u6 < 0.1805, 'lost', 'completed') AS ending,
  0.2 + 3 * pow(u2, 5) + 0.02 * m AS first_chunk,
  first_chunk + 20 * u4 AS duration
SELECT
  'default', sipHash128(h), reinterpretAsFixedString(sipHash64(h, 9)),
  fromUnixTimestamp64Milli(ended), fromUnixTimestamp64Milli(ended - toInt64(1000 * duration)),
  fromUnixTimestamp64Milli(ended + 900), duration,
  ['chat', 'agent', 'search'][1 + m % 3], ['openai', 'anthropic', 'google', 'mistral'][1 + m % 4],
  concat('model-', toString(m)), if(ending = 'failed' AND u3 < 0.3, NULL, first_chunk),
  ['wifi', 'wired', 'cell', 'unknown', 'vpn', 'unavailable'][1 + n],
  concat('C', toString(r % 60)), concat('R', toString(r)),
  hex(sipHash64(person, 6)), hex(sipHash64(person, 7)), hex(sipHash64(person, intDiv(number, 100000))),
  'consumer', ending,
  multiIf(
    ending = 'failed', ['reset', 'truncated', 'idle_timeout', 'provider_error', 'overloaded', 'rate_limited'][1 + toUInt32(6 * u3)],
    ending = 'aborted', ['client_abort', 'page_closed'][1 + toUInt32(2 * u3)],
    ending = 'lost', 'lost', ending = 'limited', 'length', 'completed'),
  if(ending = 'completed', 'done', 'streaming'), 'unknown', 200, toUInt32(5 + 400 * u4), toUInt32(5 + 500 * u4),
  0.02 * exp(6 * pow(u3, 3)), toUInt32(100 * u4), first_chunk + u4,
  map(toUInt8(1 + 30 * u3), toUInt32(200 * u4), toUInt8(32 + 8 * u3), toUInt32(120 * u4), toUInt8(45 + 20 * u2), 20, toUInt8(70 + 30 * u3), 2),
  u3 > 0.99,
  ['none', 'image', 'pdf', 'audio', 'office', 'code', 'video', 'archive', 'text', 'spreadsheet', 'html', 'other'][1 + a],
  hex(sipHash64(number - is_retry, {seed:UInt64}, 10)), 1 + is_retry, if(is_retried, NULL, true), concat('req_', hex(sipHash64(h, 11))), concat('resp_', hex(sipHash64(h, 12))),
  if(n = 4, true, NULL)
FROM numbers({rows:UInt64})`;
