-- What alerting remembers. All tables are small and keep the newest version of each row, so they are read with FINAL.
-- A TTL uses a time that all versions of a row share: otherwise an older version could outlive the newer one.

-- A deleted rule stays as a row without its definition, and with it the fact that there has been a rule.
CREATE TABLE IF NOT EXISTS alert_rules {on_cluster}
(
  id         String,
  version    UInt64,
  deleted    Bool,
  -- JSON of `RuleInput` in @weir/schemas; holds the addresses of its channels.
  definition String,
  created_at DateTime64(3, 'UTC'),
  updated_at DateTime64(3, 'UTC')
)
ENGINE = {engine}ReplacingMergeTree(version)
ORDER BY id;

-- How far each rule has come; one row for each rule that ever was.
CREATE TABLE IF NOT EXISTS alert_rule_progress {on_cluster}
(
  rule_id  String,
  version  UInt64,
  status   LowCardinality(String),
  -- JSON of `RuleProgress` in alert/rule-state.ts.
  progress String
)
ENGINE = {engine}ReplacingMergeTree(version)
ORDER BY rule_id;

-- A row is the one proof of a transition: that it exists says that the rule fired, `resolved_at` that it resolved.
CREATE TABLE IF NOT EXISTS alert_incidents {on_cluster}
(
  id                String,
  version           UInt64,
  rule_id           String,
  number            UInt32,
  rule_name         String,
  started_at        DateTime64(3, 'UTC'),
  fired_at          DateTime64(3, 'UTC'),
  resolved_at       Nullable(DateTime64(3, 'UTC')),
  resolution        LowCardinality(String),
  filters           Array(String),
  threshold         Float64,
  window_seconds    UInt32,
  delay_seconds     UInt32,
  failure_rate      Float64,
  streams           Float64,
  failed            Float64,
  peak_failure_rate Float64,
  -- Of the window in which it resolved; null where nothing was measured.
  final_failure_rate Nullable(Float64),
  -- JSON of `Incident.suspects` in @weir/schemas.
  suspects          String
)
ENGINE = {engine}ReplacingMergeTree(version)
ORDER BY id
TTL toDateTime(fired_at) + INTERVAL 400 DAY;

-- The outbox: one row for each message to each channel, written before the incident's row that makes it due.
CREATE TABLE IF NOT EXISTS alert_deliveries {on_cluster}
(
  incident_id     String,
  transition      LowCardinality(String),
  channel_id      String,
  version         UInt64,
  status          LowCardinality(String),
  attempts        UInt32,
  prepared_at     DateTime64(3, 'UTC'),
  attempted_at    Nullable(DateTime64(3, 'UTC')),
  next_attempt_at DateTime64(3, 'UTC'),
  detail          String,
  channel_type    LowCardinality(String),
  target          String,
  -- JSON of `Channel` in @weir/schemas, with its secret; emptied when nothing more goes there for this incident.
  channel         String
)
ENGINE = {engine}ReplacingMergeTree(version)
ORDER BY (incident_id, transition, channel_id)
TTL toDateTime(prepared_at) + INTERVAL 400 DAY;
