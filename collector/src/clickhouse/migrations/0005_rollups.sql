-- What ended in each slot of time, counted for every value of every dimension and for every pair of values of those that
-- are looked at together. Questions about long ranges read this instead of `streams`; see collector/src/rollup.
--
-- A slot of a level is written by one insert, which is one part: all there, or none. Its row without dimensions says
-- which rows of `streams` it was made of (`rows`, `checksum`), so whether a slot still equals them can always be told.
-- A slot is made again under another generation; queries name the generations that they read.
CREATE TABLE IF NOT EXISTS rollups {on_cluster}
(
  project             LowCardinality(String),
  level_seconds       UInt32,
  slot                DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  generation          UInt64 CODEC(Delta(8), ZSTD(1)),
  -- Both empty: everything. One: a single dimension. Two: a pair, in the order of `pairedDimensions`.
  dimension_a         LowCardinality(String),
  dimension_b         LowCardinality(String),
  value_a             LowCardinality(String),
  value_b             LowCardinality(String),
  rows                UInt64,
  checksum            UInt64,
  -- Weighted, as all that follow.
  streams             Float64,
  completed           Float64,
  limited             Float64,
  failed              Float64,
  lost                Float64,
  aborted             Float64,
  frustrated          Float64,
  unknown             Float64,
  squared_weights     Float64,
  -- Requests of one attempt; those of several are in `request_attempts`.
  requests            Float64,
  failed_requests     Float64,
  aborted_requests    Float64,
  longest_gap_seconds Float32,
  -- Log buckets of @weir/schemas/gap-buckets that are not empty, and thousandths of the weight in each.
  ttft_buckets        Array(UInt8),
  ttft_weights        Array(UInt64),
  max_gap_buckets     Array(UInt8),
  max_gap_weights     Array(UInt64),
  duration_buckets    Array(UInt8),
  duration_weights    Array(UInt64),
  gap_buckets         Array(UInt8),
  gap_weights         Array(UInt64),
  -- Of hashes of `user_hash`; empty for pairs that are not in `userPairs`.
  users               AggregateFunction(uniqCombined64(12), UInt64),
  affected_users      AggregateFunction(uniqCombined64(12), UInt64)
)
ENGINE = {engine}MergeTree
-- Few parts for a long range, and a slot's rows in one partition.
PARTITION BY (level_seconds, if(level_seconds < 21600, toDate(slot), toStartOfMonth(slot)))
-- The slot comes last: one value of either dimension is one or a few runs of rows, whatever the range.
ORDER BY (project, dimension_a, dimension_b, value_a, value_b, slot)
TTL slot + toIntervalDay(if(level_seconds < 3600, 3, 400))
SETTINGS
  index_granularity = 1024,
  default_compression_codec = 'ZSTD(1)',
  ttl_only_drop_parts = 1,
  -- A power cut takes a slot as a whole or not at all.
  fsync_after_insert = 1,
  fsync_part_directory = 1;

-- The attempts of requests that may have had several: which of them decides is known only when they are together.
-- Written before the rows of `rollups` that vouch for their slot, by slots of an hour.
CREATE TABLE IF NOT EXISTS request_attempts {on_cluster}
(
  project         LowCardinality(String),
  slot            DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  generation      UInt64 CODEC(Delta(8), ZSTD(1)),
  -- sipHash64 of `request_id`.
  request         UInt64 CODEC(ZSTD(1)),
  -- How the stream ended, below what makes it decide for its request: see query/requests.ts.
  fate            UInt64 CODEC(ZSTD(1)),
  sample_weight   Float32,
  -- The values of `pairedDimensions`, in their order.
  dimension_values Array(LowCardinality(String))
)
ENGINE = {engine}MergeTree
PARTITION BY toDate(slot)
ORDER BY (project, slot)
TTL slot + toIntervalDay(400)
SETTINGS
  default_compression_codec = 'ZSTD(1)',
  ttl_only_drop_parts = 1,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

-- How many streams ended in each five minutes, and which: kept with each part, so it is never out of step with it, and
-- all of them are read in milliseconds. Slots of `rollups` are compared with this.
ALTER TABLE streams {on_cluster} MODIFY SETTING lightweight_mutation_projection_mode = 'rebuild';

ALTER TABLE streams {on_cluster} ADD PROJECTION IF NOT EXISTS slot_fingerprints
(
  SELECT project, toStartOfFiveMinutes(ended_at), count(), sum(reinterpretAsUInt64(span_id))
  GROUP BY project, toStartOfFiveMinutes(ended_at)
);

ALTER TABLE streams {on_cluster} MATERIALIZE PROJECTION slot_fingerprints;
