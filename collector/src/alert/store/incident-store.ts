import { Incident } from '@weir/schemas/api';
import type { Database } from '../../clickhouse/database.ts';
import { insertRows, isoTime } from '../../clickhouse/insert-rows.ts';
import { ask } from '../../query/ask.ts';
import { instant } from '../../query/scope.ts';
import { bound, type Sql, sql } from '../../query/sql.ts';
import type { ResolutionCause } from '../rule-machine.ts';
import { jsonColumn } from './rows.ts';

export type Suspects = Incident['suspects'];

/** A stretch of time in which a rule fired. Times are Unix milliseconds; rates are 0 to 1. */
export interface StoredIncident {
  readonly id: string;
  readonly project: string;
  /** Grows with each change. */
  readonly version: number;
  readonly ruleId: string;
  /** Of the rule's incidents, from 1. */
  readonly number: number;
  readonly ruleName: string;
  readonly startedAt: number;
  readonly firedAt: number;
  /** null while it is firing. */
  readonly resolvedAt: number | null;
  readonly resolution: ResolutionCause | null;
  readonly filters: readonly string[];
  readonly threshold: number;
  readonly windowSeconds: number;
  readonly delaySeconds: number;
  /** Of the window in which it fired. */
  readonly failureRate: number;
  readonly streams: number;
  readonly failed: number;
  readonly peakFailureRate: number;
  /** Of the window in which it resolved. */
  readonly finalFailureRate: number | null;
  /** Of the window in which it fired, strongest first. */
  readonly suspects: Suspects;
}

export interface IncidentQuestion {
  readonly project: string;
  /** Unix milliseconds. Incidents that touch [from, to); those that are firing, always. */
  readonly from: number;
  readonly to: number;
  readonly status?: 'firing' | 'resolved';
  readonly limit: number;
}

export interface IncidentStore {
  /** Newest first. */
  list(question: IncidentQuestion): Promise<StoredIncident[]>;
  get(project: string, id: string): Promise<StoredIncident | null>;
  /** Of all projects: those that are firing, and those asked for by id. */
  openOrNamed(ids: readonly string[]): Promise<StoredIncident[]>;
  put(incident: StoredIncident): Promise<void>;
}

type Row = Omit<StoredIncident, 'suspects' | 'resolution'> & { suspects: string; resolution: string };

const selected = sql`
  SELECT id, project, version, rule_id AS ruleId, number, rule_name AS ruleName,
    toUnixTimestamp64Milli(started_at) AS startedAt, toUnixTimestamp64Milli(fired_at) AS firedAt,
    toUnixTimestamp64Milli(resolved_at) AS resolvedAt, resolution,
    filters, threshold, window_seconds AS windowSeconds, delay_seconds AS delaySeconds,
    failure_rate AS failureRate, streams, failed, peak_failure_rate AS peakFailureRate,
    final_failure_rate AS finalFailureRate, suspects
  FROM alert_incidents FINAL`;

const wanted = {
  any: sql`true`,
  firing: sql`resolved_at IS NULL`,
  resolved: sql`resolved_at IS NOT NULL`,
} as const;

const readSuspects = jsonColumn(Incident.properties.suspects);

/** Incidents in the table `alert_incidents`. */
export function createIncidentStore(database: Database): IncidentStore {
  const select = async (condition: Sql) => {
    const rows = await ask<Row>(database, sql`${selected} ${condition}`);
    return rows.map(incidentOf);
  };
  return {
    list({ project, from, to, status, limit }) {
      const touches = sql`fired_at < ${instant(to)} AND resolved_at >= ${instant(from)}`;
      return select(sql`
        WHERE ${ofProject(project)} AND ${wanted[status ?? 'any']} AND (resolved_at IS NULL OR (${touches}))
        ORDER BY fired_at DESC, id DESC LIMIT ${bound('UInt32', limit)}`);
    },
    async get(project, id) {
      const [incident] = await select(sql`WHERE ${ofProject(project)} AND id = ${bound('String', id)}`);
      return incident ?? null;
    },
    openOrNamed(ids) {
      return select(sql`WHERE resolved_at IS NULL OR id IN ${bound('Array(String)', ids)} ORDER BY number`);
    },
    put(incident) {
      return insertRows(database, 'alert_incidents', [rowOf(incident)]);
    },
  };
}

function ofProject(project: string): Sql {
  return sql`project = ${bound('String', project)}`;
}

function incidentOf(row: Row): StoredIncident {
  const suspects = readSuspects(row.suspects);
  return {
    ...row,
    resolution: row.resolution === '' ? null : (row.resolution as ResolutionCause),
    suspects: suspects.status === 'decoded' ? suspects.value : [],
  };
}

function rowOf(incident: StoredIncident): Record<string, unknown> {
  return {
    id: incident.id,
    project: incident.project,
    version: incident.version,
    rule_id: incident.ruleId,
    number: incident.number,
    rule_name: incident.ruleName,
    started_at: isoTime(incident.startedAt),
    fired_at: isoTime(incident.firedAt),
    resolved_at: incident.resolvedAt === null ? null : isoTime(incident.resolvedAt),
    resolution: incident.resolution ?? '',
    filters: incident.filters,
    threshold: incident.threshold,
    window_seconds: incident.windowSeconds,
    delay_seconds: incident.delaySeconds,
    failure_rate: incident.failureRate,
    streams: incident.streams,
    failed: incident.failed,
    peak_failure_rate: incident.peakFailureRate,
    final_failure_rate: incident.finalFailureRate,
    suspects: JSON.stringify(incident.suspects),
  };
}
