-- In which five minutes a stream with an id ended, for searches without a range: bloom filters alone would all have to be
-- read, 1 GB of them for a hundred million streams. Hashes of 32 bits: a wrong one costs a glance at five minutes of
-- `streams`, which decide. Filled with the hours of `rollups`; what is not in them yet is searched in `streams`.
CREATE TABLE IF NOT EXISTS stream_ids {on_cluster}
(
  project LowCardinality(String),
  -- Low half of cityHash64 of the id as text.
  id      UInt32 CODEC(Delta(4), ZSTD(1)),
  -- Start of five minutes.
  slot    DateTime('UTC') CODEC(GCD, T64, ZSTD(1))
)
-- An hour that is made again brings its ids again.
ENGINE = {engine}ReplacingMergeTree
PARTITION BY toDate(slot)
ORDER BY (project, id, slot)
TTL slot + INTERVAL 3650 DAY
SETTINGS index_granularity = 4096, ttl_only_drop_parts = 1;
