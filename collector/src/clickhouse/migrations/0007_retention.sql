-- How long a project keeps its streams and what is counted from them. A project without a row, or whose newest row is
-- `reset`, keeps them as long as the configuration says.
CREATE TABLE IF NOT EXISTS retention_settings {on_cluster}
(
  project     String,
  version     UInt64,
  reset       Bool,
  raw_days    UInt32,
  rollup_days UInt32,
  updated_at  DateTime64(3, 'UTC')
)
ENGINE = {engine}ReplacingMergeTree(version)
ORDER BY project;

-- The collector deletes by these settings. A TTL cannot know them; it is the bound of what can be set.
ALTER TABLE streams {on_cluster} MODIFY TTL toDateTime(ended_at) + INTERVAL 3650 DAY;

ALTER TABLE rollups {on_cluster} MODIFY TTL slot + toIntervalDay(if(level_seconds < 3600, 3, 3650));

ALTER TABLE request_attempts {on_cluster} MODIFY TTL slot + INTERVAL 3650 DAY;

-- On a cluster, the tokens of inserts are remembered for as long as a segment may wait to be repeated.
ALTER TABLE streams {on_cluster} MODIFY SETTING
  replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800;
