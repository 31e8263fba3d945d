import { Channel } from '@weir/schemas/api';
import type { Database } from '../../clickhouse/database.ts';
import { insertRows, isoTime } from '../../clickhouse/insert-rows.ts';
import { ask } from '../../query/ask.ts';
import { instant } from '../../query/scope.ts';
import { bound, type Sql, sql } from '../../query/sql.ts';
import { jsonColumn } from './rows.ts';

/** One message to one channel. Times are Unix milliseconds. */
export interface StoredDelivery {
  readonly incidentId: string;
  readonly transition: 'firing' | 'resolved';
  /** The same for the same receiver, in whatever rule and order. */
  readonly channelId: string;
  /** Grows with each attempt. */
  readonly version: number;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly preparedAt: number;
  readonly attemptedAt: number | null;
  /** Not before then, while it is pending. */
  readonly nextAttemptAt: number;
  /** Why the last attempt failed. */
  readonly detail: string | null;
  readonly channelType: Channel['type'];
  /** Host of the receiver. */
  readonly target: string;
  /** With its secret; null once nothing more goes there for this incident. */
  readonly channel: Channel | null;
}

export interface DeliveryStore {
  ofIncidents(incidentIds: readonly string[]): Promise<StoredDelivery[]>;
  /** Those to be attempted at `now` (Unix milliseconds), oldest first. */
  due(now: number, limit: number): Promise<StoredDelivery[]>;
  put(deliveries: readonly StoredDelivery[]): Promise<void>;
}

type Row = Omit<StoredDelivery, 'channel' | 'detail'> & { channel: string; detail: string };

const selected = sql`
  SELECT incident_id AS incidentId, transition, channel_id AS channelId, version, status, attempts,
    toUnixTimestamp64Milli(prepared_at) AS preparedAt, toUnixTimestamp64Milli(attempted_at) AS attemptedAt,
    toUnixTimestamp64Milli(next_attempt_at) AS nextAttemptAt, detail, channel_type AS channelType, target, channel
  FROM alert_deliveries FINAL`;

const readChannel = jsonColumn(Channel);

/** The outbox and the log of what left it, in the table `alert_deliveries`. */
export function createDeliveryStore(database: Database): DeliveryStore {
  const select = async (condition: Sql) => {
    const rows = await ask<Row>(database, sql`${selected} ${condition}`);
    return rows.map(deliveryOf);
  };
  return {
    async ofIncidents(incidentIds) {
      if (incidentIds.length === 0) return [];
      return select(sql`
        WHERE incident_id IN ${bound('Array(String)', incidentIds)}
        ORDER BY prepared_at, transition, channel_id`);
    },
    due(now, limit) {
      return select(sql`
        WHERE status = 'pending' AND next_attempt_at <= ${instant(now)}
        ORDER BY prepared_at, transition LIMIT ${bound('UInt32', limit)}`);
    },
    put(deliveries) {
      return insertRows(database, 'alert_deliveries', deliveries.map(rowOf));
    },
  };
}

function deliveryOf(row: Row): StoredDelivery {
  const channel = readChannel(row.channel);
  return {
    ...row,
    detail: row.detail === '' ? null : row.detail,
    channel: channel.status === 'decoded' ? channel.value : null,
  };
}

function rowOf(delivery: StoredDelivery): Record<string, unknown> {
  return {
    incident_id: delivery.incidentId,
    transition: delivery.transition,
    channel_id: delivery.channelId,
    version: delivery.version,
    status: delivery.status,
    attempts: delivery.attempts,
    prepared_at: isoTime(delivery.preparedAt),
    attempted_at: delivery.attemptedAt === null ? null : isoTime(delivery.attemptedAt),
    next_attempt_at: isoTime(delivery.nextAttemptAt),
    detail: delivery.detail ?? '',
    channel_type: delivery.channelType,
    target: delivery.target,
    channel: delivery.channel === null ? '' : JSON.stringify(delivery.channel),
  };
}
