/** Far ahead, so that no TTL of any migration ever reaches a row. */
export const sampleDay = Date.UTC(2060, 0, 1);
export const sampleStreams = 40;

/** Rows as programs have written them since the first migration; a table that is not there yet is left out. */
export const sampleRows: readonly { readonly table: string; readonly query: string }[] = [
  {
    table: 'streams',
    query: `
      INSERT INTO streams (project, trace_id, span_id, ended_at, started_at, received_at, duration_seconds, provider,
        model, ttft_seconds, network_type, attachment_class, user_hash, session_id, request_id, attempt, outcome, reason,
        vantage, chunks, max_gap_seconds, gap_histogram, custom_dimensions)
      SELECT 'default', unhex(leftPad(hex(number + 1), 32, '0')), unhex(leftPad(hex(number + 1), 16, '0')),
        fromUnixTimestamp64Milli(toInt64(${sampleDay} + number * 60000)),
        fromUnixTimestamp64Milli(toInt64(${sampleDay} + number * 60000 - 2000)),
        fromUnixTimestamp64Milli(toInt64(${sampleDay} + number * 60000 + 500)), 2, 'openai',
        if(number % 2 = 0, 'gpt-5', 'gpt-5-mini'), 0.5, 'wifi', 'pdf', concat('user-', toString(number % 5)), 'session',
        concat('request-', toString(number)), 1, if(number % 4 = 0, 'failed', 'completed'),
        if(number % 4 = 0, 'reset', 'completed'), 'consumer', 10, 0.25, map(20, 9), map('team', 'search')
      FROM numbers(${sampleStreams})`,
  },
  {
    table: 'alert_rules',
    query: `
      INSERT INTO alert_rules (id, version, deleted, definition, created_at, updated_at)
      VALUES ('rule', 1, false, '{"name":"Failures","enabled":true,"measure":"failure_rate","filters":["model:gpt-5"],'
        || '"threshold":0.05,"windowSeconds":300,"delaySeconds":15,"forSeconds":60,"recoveryForSeconds":120,'
        || '"minimumStreams":50,"channels":[]}', '2026-03-01 12:00:00', '2026-03-01 12:00:00')`,
  },
  {
    table: 'alert_incidents',
    query: `
      INSERT INTO alert_incidents (id, version, rule_id, number, rule_name, started_at, fired_at, resolved_at, resolution,
        filters, threshold, window_seconds, delay_seconds, failure_rate, streams, failed, peak_failure_rate, suspects)
      VALUES ('incident', 1, 'rule', 1, 'Failures', '2060-01-01 00:00:00', '2060-01-01 00:05:00', '2060-01-01 00:20:00',
        'recovered', ['model:gpt-5'], 0.05, 300, 15, 0.25, 40, 10, 0.3, '[]')`,
  },
  {
    table: 'projects',
    query: `INSERT INTO projects (name, version, created_at) VALUES ('shop', 1, '2026-03-01 12:00:00')`,
  },
  {
    table: 'ingest_keys',
    query: `
      INSERT INTO ingest_keys (id, version, hash, hint, project, label, created_at)
      VALUES ('key', 1, repeat('a', 64), 'weir_aaaa', 'shop', 'web', '2026-03-01 12:00:00')`,
  },
  {
    table: 'retention_settings',
    query: `
      INSERT INTO retention_settings (project, version, reset, raw_days, rollup_days, updated_at)
      VALUES ('shop', 1, false, 90, 400, '2026-03-01 12:00:00')`,
  },
];
