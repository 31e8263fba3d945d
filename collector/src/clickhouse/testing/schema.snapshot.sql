CREATE TABLE alert_deliveries
(
    `incident_id` String,
    `transition` LowCardinality(String),
    `channel_id` String,
    `version` UInt64,
    `status` LowCardinality(String),
    `attempts` UInt32,
    `prepared_at` DateTime64(3, 'UTC'),
    `attempted_at` Nullable(DateTime64(3, 'UTC')),
    `next_attempt_at` DateTime64(3, 'UTC'),
    `detail` String,
    `channel_type` LowCardinality(String),
    `target` String,
    `channel` String
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (incident_id, transition, channel_id)
TTL toDateTime(prepared_at) + toIntervalDay(400)
SETTINGS index_granularity = 8192;

CREATE TABLE alert_incidents
(
    `id` String,
    `project` LowCardinality(String) DEFAULT 'default',
    `version` UInt64,
    `rule_id` String,
    `number` UInt32,
    `rule_name` String,
    `started_at` DateTime64(3, 'UTC'),
    `fired_at` DateTime64(3, 'UTC'),
    `resolved_at` Nullable(DateTime64(3, 'UTC')),
    `resolution` LowCardinality(String),
    `filters` Array(String),
    `threshold` Float64,
    `window_seconds` UInt32,
    `delay_seconds` UInt32,
    `failure_rate` Float64,
    `streams` Float64,
    `failed` Float64,
    `peak_failure_rate` Float64,
    `final_failure_rate` Nullable(Float64),
    `suspects` String
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
TTL toDateTime(fired_at) + toIntervalDay(400)
SETTINGS index_granularity = 8192;

CREATE TABLE alert_rule_progress
(
    `rule_id` String,
    `version` UInt64,
    `status` LowCardinality(String),
    `progress` String
)
ENGINE = ReplacingMergeTree(version)
ORDER BY rule_id
SETTINGS index_granularity = 8192;

CREATE TABLE alert_rules
(
    `id` String,
    `project` LowCardinality(String) DEFAULT 'default',
    `version` UInt64,
    `deleted` Bool,
    `definition` String,
    `created_at` DateTime64(3, 'UTC'),
    `updated_at` DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS index_granularity = 8192;

CREATE TABLE ingest_key_use
(
    `key_id` String,
    `last_used_at` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY key_id
SETTINGS index_granularity = 8192;

CREATE TABLE ingest_keys
(
    `id` String,
    `version` UInt64,
    `forgotten` Bool,
    `hash` String,
    `hint` String,
    `project` LowCardinality(String),
    `label` String,
    `created_at` DateTime64(3, 'UTC'),
    `revoked_at` Nullable(DateTime64(3, 'UTC')),
    `origins` Array(String),
    `spans_per_second` Nullable(UInt32),
    `burst_spans` Nullable(UInt32),
    `reads` Bool DEFAULT false
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS index_granularity = 8192;

CREATE TABLE open_reports
(
    `project` LowCardinality(String),
    `trace_id` String,
    `span_id` String,
    `reported_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `lost_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `fields` String,
    `collector` LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toDate(lost_at)
ORDER BY lost_at
TTL toDateTime(lost_at) + toIntervalDay(3)
SETTINGS default_compression_codec = 'ZSTD(1)', ttl_only_drop_parts = 1, index_granularity = 8192;

CREATE TABLE projects
(
    `name` String,
    `version` UInt64,
    `created_at` DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name
SETTINGS index_granularity = 8192;

CREATE TABLE request_attempts
(
    `project` LowCardinality(String),
    `slot` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `generation` UInt64 CODEC(Delta(8), ZSTD(1)),
    `request` UInt64 CODEC(ZSTD(1)),
    `fate` UInt64 CODEC(ZSTD(1)),
    `sample_weight` Float32,
    `dimension_values` Array(LowCardinality(String))
)
ENGINE = MergeTree
PARTITION BY toDate(slot)
ORDER BY (project, slot)
TTL slot + toIntervalDay(3650)
SETTINGS default_compression_codec = 'ZSTD(1)', ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE retention_settings
(
    `project` String,
    `version` UInt64,
    `reset` Bool,
    `raw_days` UInt32,
    `rollup_days` UInt32,
    `updated_at` DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY project
SETTINGS index_granularity = 8192;

CREATE TABLE rollups
(
    `project` LowCardinality(String),
    `level_seconds` UInt32,
    `slot` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `generation` UInt64 CODEC(Delta(8), ZSTD(1)),
    `dimension_a` LowCardinality(String),
    `dimension_b` LowCardinality(String),
    `value_a` LowCardinality(String),
    `value_b` LowCardinality(String),
    `rows` UInt64,
    `checksum` UInt64,
    `streams` Float64,
    `completed` Float64,
    `limited` Float64,
    `failed` Float64,
    `lost` Float64,
    `aborted` Float64,
    `frustrated` Float64,
    `unknown` Float64,
    `squared_weights` Float64,
    `requests` Float64,
    `failed_requests` Float64,
    `aborted_requests` Float64,
    `longest_gap_seconds` Float32,
    `ttft_buckets` Array(UInt8),
    `ttft_weights` Array(UInt64),
    `max_gap_buckets` Array(UInt8),
    `max_gap_weights` Array(UInt64),
    `duration_buckets` Array(UInt8),
    `duration_weights` Array(UInt64),
    `gap_buckets` Array(UInt8),
    `gap_weights` Array(UInt64),
    `users` AggregateFunction(uniqCombined64(12), UInt64),
    `affected_users` AggregateFunction(uniqCombined64(12), UInt64)
)
ENGINE = MergeTree
PARTITION BY (level_seconds, if(level_seconds < 21600, toDate(slot), toStartOfMonth(slot)))
ORDER BY (project, dimension_a, dimension_b, value_a, value_b, slot)
TTL slot + toIntervalDay(if(level_seconds < 3600, 3, 3650))
SETTINGS index_granularity = 1024, default_compression_codec = 'ZSTD(1)', ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE schema_migrations
(
    `version` UInt32,
    `name` String,
    `checksum` String,
    `applied_at` DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY version
SETTINGS index_granularity = 8192;

CREATE TABLE stream_ids
(
    `project` LowCardinality(String),
    `id` UInt32 CODEC(Delta(4), ZSTD(1)),
    `slot` DateTime('UTC') CODEC(GCD, T64, ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(slot)
ORDER BY (project, id, slot)
TTL slot + toIntervalDay(3650)
SETTINGS index_granularity = 4096, ttl_only_drop_parts = 1;

CREATE TABLE streams
(
    `project` LowCardinality(String) DEFAULT 'default',
    `trace_id` FixedString(16),
    `span_id` FixedString(8),
    `parent_span_id` FixedString(8),
    `ended_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `started_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `received_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `duration_seconds` Nullable(Float32),
    `span_name` LowCardinality(String),
    `instrumentation` LowCardinality(String) DEFAULT 'unknown',
    `instrumentation_version` LowCardinality(String) DEFAULT 'unknown',
    `status_message` String,
    `link_type` LowCardinality(String),
    `linked_trace_id` FixedString(16),
    `linked_span_id` FixedString(8),
    `custom_dimensions` Map(LowCardinality(String), String),
    `service` LowCardinality(String) DEFAULT 'unknown',
    `service_version` LowCardinality(String) DEFAULT 'unknown',
    `service_instance` String,
    `environment` LowCardinality(String) DEFAULT 'unknown',
    `cloud_region` LowCardinality(String) DEFAULT 'unknown',
    `sdk_language` LowCardinality(String) DEFAULT 'unknown',
    `operation` LowCardinality(String) DEFAULT 'unknown',
    `provider` LowCardinality(String) DEFAULT 'unknown',
    `model` LowCardinality(String) DEFAULT 'unknown',
    `request_stream` Nullable(Bool),
    `response_model` LowCardinality(String) DEFAULT 'unknown',
    `response_id` String,
    `ttft_seconds` Nullable(Float32),
    `finish_reasons` Array(LowCardinality(String)),
    `input_tokens` Nullable(UInt32),
    `output_tokens` Nullable(UInt32),
    `cache_read_tokens` Nullable(UInt32),
    `reasoning_tokens` Nullable(UInt32),
    `conversation_id` String,
    `error_type` LowCardinality(String),
    `server_address` LowCardinality(String) DEFAULT 'unknown',
    `server_port` Nullable(UInt32),
    `http_status` Nullable(UInt32),
    `resend_count` Nullable(UInt32),
    `network_type` LowCardinality(String) DEFAULT 'unknown',
    `network_subtype` LowCardinality(String) DEFAULT 'unknown',
    `protocol_version` LowCardinality(String) DEFAULT 'unknown',
    `carrier` LowCardinality(String) DEFAULT 'unknown',
    `country` LowCardinality(String) DEFAULT 'unknown',
    `region` LowCardinality(String) DEFAULT 'unknown',
    `user_agent` LowCardinality(String) DEFAULT 'unknown',
    `browser_platform` LowCardinality(String) DEFAULT 'unknown',
    `session_id` String,
    `user_hash` String,
    `vantage` LowCardinality(String) DEFAULT 'unknown',
    `protocol` LowCardinality(String) DEFAULT 'unknown',
    `outcome` LowCardinality(String) DEFAULT 'unknown',
    `reason` LowCardinality(String) DEFAULT 'unknown',
    `stage` LowCardinality(String) DEFAULT 'unknown',
    `initiator` LowCardinality(String) DEFAULT 'unknown',
    `initiator_evidence` String,
    `retryable` Nullable(Bool),
    `terminal_event_received` Nullable(Bool),
    `finish_reasons_raw` Array(LowCardinality(String)),
    `provider_error_code` LowCardinality(String),
    `events` Nullable(UInt32),
    `chunks` Nullable(UInt32),
    `malformed_events` Nullable(UInt32),
    `received_bytes` Nullable(UInt64),
    `undelivered_bytes` Nullable(UInt64),
    `time_to_headers_seconds` Nullable(Float32),
    `time_to_first_byte_seconds` Nullable(Float32),
    `time_to_first_event_seconds` Nullable(Float32),
    `time_to_first_output_seconds` Nullable(Float32),
    `time_to_last_chunk_seconds` Nullable(Float32),
    `last_gap_seconds` Nullable(Float32),
    `gap_p50_seconds` Nullable(Float32),
    `gap_p95_seconds` Nullable(Float32),
    `gap_p99_seconds` Nullable(Float32),
    `max_gap_seconds` Nullable(Float32),
    `max_gap_index` Nullable(UInt32),
    `max_gap_offset_seconds` Nullable(Float32),
    `gap_histogram` Map(UInt8, UInt32),
    `stalls` Nullable(UInt32),
    `stall_seconds` Nullable(Float32),
    `stall_threshold_seconds` Nullable(Float32),
    `stall_at_end` Nullable(Bool),
    `bursts` Nullable(UInt32),
    `consumer_wait_seconds` Nullable(Float32),
    `loop_lag_seconds` Nullable(Float32),
    `recent_chunk_offsets` Array(Float32),
    `recent_chunk_sizes` Array(UInt32),
    `attachment_count` Nullable(UInt32),
    `attachment_bytes` Nullable(UInt64),
    `attachment_class` LowCardinality(String) DEFAULT 'unknown',
    `attachment_classes` Array(LowCardinality(String)),
    `attachment_mime_types` Array(LowCardinality(String)),
    `request_bytes` Nullable(UInt64),
    `request_id` String,
    `attempt` Nullable(UInt32),
    `final_attempt` Nullable(Bool),
    `provider_request_id` String,
    `gateway_id` String,
    `response_server` LowCardinality(String) DEFAULT 'unknown',
    `retry_after_seconds` Nullable(Float32),
    `effective_type` LowCardinality(String) DEFAULT 'unknown',
    `rtt_seconds` Nullable(Float32),
    `downlink_mbps` Nullable(Float32),
    `vpn` Nullable(Bool),
    `proxy` Nullable(Bool),
    `page_visibility` LowCardinality(String) DEFAULT 'unknown',
    `sample_weight` Float32 DEFAULT 1,
    `segment` LowCardinality(String),
    INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX span_id_bloom span_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX request_id_bloom request_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX provider_request_id_bloom provider_request_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX response_id_bloom response_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX user_hash_bloom user_hash TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX session_id_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX conversation_id_bloom conversation_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX segment_bloom segment TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX linked_trace_id_bloom linked_trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    PROJECTION slot_fingerprints
    (
        SELECT
            project,
            toStartOfFiveMinutes(ended_at),
            count(),
            sum(reinterpretAsUInt64(span_id))
        GROUP BY
            project,
            toStartOfFiveMinutes(ended_at)
    )
)
ENGINE = MergeTree
PARTITION BY toDate(ended_at)
ORDER BY (project, ended_at)
TTL toDateTime(ended_at) + toIntervalDay(3650)
SETTINGS default_compression_codec = 'ZSTD(1)', ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, index_granularity = 8192, fsync_after_insert = 1, fsync_part_directory = 1, lightweight_mutation_projection_mode = 'rebuild', replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800, min_bytes_for_wide_part = 67108864;
