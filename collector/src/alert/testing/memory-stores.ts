import type { DeliveryStore, StoredDelivery } from '../store/delivery-store.ts';
import type { IncidentStore, StoredIncident } from '../store/incident-store.ts';
import type { ProgressStore, StoredProgress } from '../store/progress-store.ts';
import type { RuleStore, StoredRule } from '../store/rule-store.ts';

/** Called around each write with its name; what it throws, the write throws. */
export type WriteProbe = (table: string, moment: 'before' | 'after') => void;

export interface MemoryTables {
  readonly rules: Map<string, StoredRule>;
  readonly progress: Map<string, StoredProgress>;
  readonly incidents: Map<string, StoredIncident>;
  readonly deliveries: Map<string, StoredDelivery>;
}

export function emptyTables(): MemoryTables {
  return { rules: new Map(), progress: new Map(), incidents: new Map(), deliveries: new Map() };
}

export interface MemoryStores {
  readonly rules: Pick<RuleStore, 'list'>;
  readonly progress: ProgressStore;
  readonly incidents: Pick<IncidentStore, 'openOrNamed' | 'put'>;
  readonly deliveries: DeliveryStore;
}

/** Stores over tables that outlive them, as ClickHouse outlives a process. The newest version of a row wins. */
export function memoryStores(tables: MemoryTables, probe: WriteProbe = () => undefined): MemoryStores {
  function write<Row extends { version: number }>(
    table: keyof MemoryTables,
    rows: readonly (readonly [string, Row])[],
  ): void {
    probe(table, 'before');
    const map = tables[table] as unknown as Map<string, Row>;
    for (const [key, row] of rows) {
      if (row.version >= (map.get(key)?.version ?? 0)) map.set(key, row);
    }
    probe(table, 'after');
  }
  const deliveries = () => [...tables.deliveries.values()];
  return {
    rules: { list: async () => ({ rules: [...tables.rules.values()], unreadable: [] }) },
    progress: {
      all: async () => new Map(tables.progress),
      put: async (changes) =>
        write(
          'progress',
          changes.map((row) => [row.ruleId, row] as const),
        ),
    },
    incidents: {
      openOrNamed: async (ids) =>
        [...tables.incidents.values()].filter(
          ({ id, resolvedAt }) => resolvedAt === null || ids.includes(id),
        ),
      put: async (incident) => write('incidents', [[incident.id, incident]]),
    },
    deliveries: {
      ofIncidents: async (ids) => deliveries().filter(({ incidentId }) => ids.includes(incidentId)),
      due: async (now, limit) =>
        deliveries()
          .filter(({ status, nextAttemptAt }) => status === 'pending' && nextAttemptAt <= now)
          .slice(0, limit),
      put: async (rows) =>
        write(
          'deliveries',
          rows.map((row) => [`${row.incidentId}/${row.transition}/${row.channelId}`, row] as const),
        ),
    },
  };
}
