import type { ClickHouseClient } from '@clickhouse/client';
import { attributes, resourceAttributes } from '@weir/schemas/attributes';
import { type StreamColumn, streamColumns } from '@weir/schemas/stream-record';

/**
 * The tables that the ClickHouse exporter of the OpenTelemetry Collector creates by default: names, types, codecs,
 * indexes and order are its own, as of its release of late 2025.
 *
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/clickhouseexporter/internal/sqltemplates
 */
const textMap = 'Map(LowCardinality(String), String)';
const columnTypes: Readonly<Record<string, string>> = {
  Timestamp: 'DateTime64(9) CODEC(Delta, ZSTD(1))',
  TraceId: 'String CODEC(ZSTD(1))',
  SpanId: 'String CODEC(ZSTD(1))',
  ParentSpanId: 'String CODEC(ZSTD(1))',
  TraceState: 'String CODEC(ZSTD(1))',
  SpanName: 'LowCardinality(String) CODEC(ZSTD(1))',
  SpanKind: 'LowCardinality(String) CODEC(ZSTD(1))',
  ServiceName: 'LowCardinality(String) CODEC(ZSTD(1))',
  ResourceAttributes: `${textMap} CODEC(ZSTD(1))`,
  ScopeName: 'String CODEC(ZSTD(1))',
  ScopeVersion: 'String CODEC(ZSTD(1))',
  SpanAttributes: `${textMap} CODEC(ZSTD(1))`,
  Duration: 'UInt64 CODEC(ZSTD(1))',
  StatusCode: 'LowCardinality(String) CODEC(ZSTD(1))',
  StatusMessage: 'String CODEC(ZSTD(1))',
  Events: `Nested(Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${textMap}) CODEC(ZSTD(1))`,
  Links: `Nested(TraceId String, SpanId String, TraceState String, Attributes ${textMap}) CODEC(ZSTD(1))`,
};
const indexes: Readonly<Record<string, string>> = {
  idx_trace_id: 'TraceId TYPE bloom_filter(0.001)',
  idx_res_attr_key: 'mapKeys(ResourceAttributes) TYPE bloom_filter(0.01)',
  idx_res_attr_value: 'mapValues(ResourceAttributes) TYPE bloom_filter(0.01)',
  idx_span_attr_key: 'mapKeys(SpanAttributes) TYPE bloom_filter(0.01)',
  idx_span_attr_value: 'mapValues(SpanAttributes) TYPE bloom_filter(0.01)',
  idx_duration: 'Duration TYPE minmax',
};

/** All tables of its set-up; the second is how it finds a trace without knowing when. */
export const otelTables = ['otel_traces', 'otel_traces_trace_id_ts'] as const;

export async function createOtelTraces(client: ClickHouseClient): Promise<void> {
  const columns = Object.entries(columnTypes).map(([name, type]) => `${name} ${type}`);
  const skipping = Object.entries(indexes).map(([name, over]) => `INDEX ${name} ${over} GRANULARITY 1`);
  for (const query of [
    `CREATE TABLE otel_traces (${[...columns, ...skipping].join(', ')}) ENGINE = MergeTree
     PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))
     SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1`,
    `CREATE TABLE otel_traces_trace_id_ts (TraceId String CODEC(ZSTD(1)), Start DateTime CODEC(Delta, ZSTD(1)),
       End DateTime CODEC(Delta, ZSTD(1)), INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1)
     ENGINE = MergeTree PARTITION BY toDate(Start) ORDER BY (TraceId, Start) SETTINGS index_granularity = 8192`,
    `CREATE MATERIALIZED VIEW otel_traces_trace_id_ts_mv TO otel_traces_trace_id_ts AS
     SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM otel_traces WHERE TraceId != '' GROUP BY TraceId`,
  ]) {
    await client.command({ query });
  }
}

/** Gives it the streams of one day, as the spans that say the same: every fact that is known is one attribute. */
export async function copyStreams(client: ClickHouseClient, day: string): Promise<void> {
  await client.command({
    query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName,
              ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage)
            SELECT started_at, lower(hex(trace_id)), lower(hex(span_id)), '', concat('chat ', model), 'Client', service,
              ${mapOf(resourceAttributes)}, '@weir/sdk', '0.1.0', ${mapOf(attributes)},
              toUInt64(1e9 * ifNull(duration_seconds, 0)), if(outcome IN ('failed', 'lost'), 'Error', 'Unset'), status_message
            FROM streams WHERE toDate(ended_at) = {day:Date}`,
    query_params: { day },
    clickhouse_settings: { max_partitions_per_insert_block: '1000' },
  });
}

function mapOf(keys: Readonly<Record<string, { readonly key: string }>>): string {
  const known = streamColumns.flatMap((column) => {
    const key = keys[column.field]?.key;
    return key === undefined ? [] : [{ key, value: textOf(column) }];
  });
  const names = known.map(({ key }) => `'${key}'`).join(', ');
  const values = known.map(({ value }) => value).join(', ');
  return `mapFilter((k, v) -> v != '', mapFromArrays([${names}]::Array(LowCardinality(String)), [${values}]))`;
}

/** '' where nothing is known: a span does not have the attribute then. */
function textOf({ name, kind }: StreamColumn): string {
  switch (kind) {
    case 'dimension':
    case 'label':
      return `if(${name} IN ('', 'unknown'), '', toString(${name}))`;
    case 'text':
      return name;
    case 'weight':
      return `if(${name} = 1, '', toString(${name}))`;
    case 'texts':
    case 'counts':
    case 'secondsList':
    case 'map':
    case 'histogram':
      return `if(empty(${name}), '', toJSONString(${name}))`;
    case 'id':
      return `lower(hex(${name}))`;
    default:
      return `ifNull(toString(${name}), '')`;
  }
}
