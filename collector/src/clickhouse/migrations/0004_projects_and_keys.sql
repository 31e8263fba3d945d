-- Who may send, and what belongs to whom. Small tables that keep the newest version of each row, read with FINAL.

-- All projects but `default`, which needs no row.
CREATE TABLE IF NOT EXISTS projects {on_cluster}
(
  name       String,
  version    UInt64,
  created_at DateTime64(3, 'UTC')
)
ENGINE = {engine}ReplacingMergeTree(version)
ORDER BY name;

-- A revoked key stays, so that whoever goes on sending with it is told so, until the newest keys need its place.
CREATE TABLE IF NOT EXISTS ingest_keys {on_cluster}
(
  id               String,
  version          UInt64,
  forgotten        Bool,
  -- SHA-256, hexadecimal; the key itself is stored nowhere.
  hash             String,
  hint             String,
  project          LowCardinality(String),
  label            String,
  created_at       DateTime64(3, 'UTC'),
  revoked_at       Nullable(DateTime64(3, 'UTC')),
  origins          Array(String),
  spans_per_second Nullable(UInt32),
  burst_spans      Nullable(UInt32)
)
ENGINE = {engine}ReplacingMergeTree(version)
ORDER BY id;

-- When a key was last used. Every collector writes what it saw, about once a minute, and the latest counts.
CREATE TABLE IF NOT EXISTS ingest_key_use {on_cluster}
(
  key_id       String,
  last_used_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = {engine}AggregatingMergeTree
ORDER BY key_id;

-- A rule watches the streams of its project. Messages belong to the project of their incident.
ALTER TABLE alert_rules {on_cluster} ADD COLUMN IF NOT EXISTS project LowCardinality(String) DEFAULT 'default' AFTER id;

ALTER TABLE alert_incidents {on_cluster} ADD COLUMN IF NOT EXISTS project LowCardinality(String) DEFAULT 'default' AFTER id;
