-- Reports of streams that had not ended, each as it came; a stream may have many, and a report may be here twice. Read
-- by `load/lost-streams.ts` alone, which asks for what fell due since it last looked.
CREATE TABLE IF NOT EXISTS open_reports {on_cluster}
(
  project     LowCardinality(String),
  -- Of the stream, in hexadecimal digits.
  trace_id    String,
  span_id     String,
  reported_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  -- When neither another report nor the end of the stream has come by then, the stream is lost.
  lost_at     DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  -- JSON of the fields of the row that the stream has if it is lost.
  fields      String
)
ENGINE = {engine}MergeTree
PARTITION BY toDate(lost_at)
ORDER BY lost_at
TTL toDateTime(lost_at) + INTERVAL 3 DAY
SETTINGS default_compression_codec = 'ZSTD(1)', ttl_only_drop_parts = 1;
