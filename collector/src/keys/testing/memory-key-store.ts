import type { KeyRecord, ProjectRecord } from '../key-record.ts';
import type { KeyStore } from '../key-store.ts';

export interface MemoryKeyStore extends KeyStore {
  readonly keys: Map<string, KeyRecord>;
  readonly projects: Map<string, ProjectRecord>;
  readonly uses: Map<string, number>;
  /** While it is set, ClickHouse does not answer. */
  failure: Error | undefined;
}

/** Tables that several collectors share. */
export function memoryKeyStore(): MemoryKeyStore {
  const [keys, projects, uses] = [new Map(), new Map(), new Map()] as [
    MemoryKeyStore['keys'],
    MemoryKeyStore['projects'],
    MemoryKeyStore['uses'],
  ];
  const answering = async <T>(answer: () => T): Promise<T> => {
    if (store.failure !== undefined) throw store.failure;
    return answer();
  };
  const store: MemoryKeyStore = {
    keys,
    projects,
    uses,
    failure: undefined,
    read: () =>
      answering(() => ({
        keys: [...keys.values()].toSorted((a, b) => b.createdAt - a.createdAt),
        projects: [...projects.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      })),
    putKey: (record) => answering(() => void keys.set(record.id, record)),
    forgetKey: ({ id }) => answering(() => void keys.delete(id)),
    putProject: (project) => answering(() => void projects.set(project.name, project)),
    lastUses: () => answering(() => new Map(uses)),
    putUses: (given) =>
      answering(() => {
        for (const [id, at] of given) uses.set(id, Math.max(at, uses.get(id) ?? 0));
      }),
  };
  return store;
}
