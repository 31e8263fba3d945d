import { maxIngestKeys, maxProjects } from '@weir/schemas/api';
import { describe, expect, it } from 'vitest';
import { type KeyRecord, type KeySnapshot, noKeys } from './key-record.ts';
import { createKeyRing } from './key-ring.ts';
import { createKeys } from './keys.ts';
import { type MemoryKeyStore, memoryKeyStore } from './testing/memory-key-store.ts';

const input = { project: 'shop', label: 'web', reads: false, origins: [] };
const silent = { info: () => undefined, warn: () => undefined };

/** One of several collectors on the same tables. */
function collectorOn(store: MemoryKeyStore) {
  const written: KeySnapshot[] = [];
  const ring = createKeyRing({ isOpenWithoutKeys: false, now: () => 0 });
  const file = { write: async (snapshot: KeySnapshot) => void written.push(snapshot) };
  let at = 1_000;
  const keys = createKeys({ ring, store, file, now: () => (at += 1), logger: silent });
  const statusOf = (secret: string) => ring.senderOf({ authorization: undefined, weirKey: secret }).status;
  return { keys, ring, written, statusOf };
}

async function created(keys: ReturnType<typeof collectorOn>['keys'], changes = {}) {
  const result = await keys.create({ ...input, ...changes });
  if (result.status !== 'created') throw new Error(result.message);
  return result;
}

describe('a key that is created', () => {
  it('counts at once, is kept on disk, and is nowhere in what is kept', async () => {
    const store = memoryKeyStore();
    const { keys, written, statusOf } = collectorOn(store);
    const { secret, record } = await created(keys);
    expect(statusOf(secret)).toBe('sender');
    expect(written.at(-1)?.keys).toEqual([record]);
    expect(JSON.stringify([written, [...store.keys]])).not.toContain(secret);
  });

  it('makes its project, once', async () => {
    const store = memoryKeyStore();
    const { keys } = collectorOn(store);
    await Promise.all([created(keys), created(keys), created(keys, { project: 'default' })]);
    expect([...store.projects.keys()]).toEqual(['shop']);
  });

  it('does not exist when ClickHouse did not take it', async () => {
    const store = memoryKeyStore();
    const { keys, written } = collectorOn(store);
    store.failure = new Error('away');
    await expect(keys.create(input)).rejects.toThrow('away');
    expect([keys.snapshot, written]).toEqual([noKeys, []]);
    store.failure = undefined;
    await expect(created(keys)).resolves.toBeDefined();
  });

  it.each([
    [{ label: ' ' }, /label/],
    [{ origins: ['https://shop.example/path'] }, /without a path/],
    [{ reads: true, origins: ['https://shop.example'] }, /does not send/],
    [{ reads: true, spansPerSecond: 5 }, /does not send/],
  ])('needs what makes sense: %j', async (changes, message) => {
    const { keys } = collectorOn(memoryKeyStore());
    expect(await keys.create({ ...input, ...changes })).toMatchObject({
      status: 'invalid',
      message: expect.stringMatching(message),
    });
  });
});

describe('several collectors', () => {
  it('know each other’s keys when they have read again, and stop a revoked one', async () => {
    const store = memoryKeyStore();
    const [one, other] = [collectorOn(store), collectorOn(store)];
    const { secret, record } = await created(one.keys);
    expect(other.statusOf(secret)).toBe('unknown_key');
    await other.keys.refresh();
    expect(other.statusOf(secret)).toBe('sender');
    await other.keys.revoke(record.id);
    expect([one.statusOf(secret), other.statusOf(secret)]).toEqual(['sender', 'revoked_key']);
    await one.keys.refresh();
    expect(one.statusOf(secret)).toBe('revoked_key');
  });

  it('do not bring a revoked key back by reading from one that is behind', async () => {
    const store = memoryKeyStore();
    const { keys, statusOf } = collectorOn(store);
    const { secret, record } = await created(keys);
    await keys.revoke(record.id);
    store.keys.set(record.id, record);
    await keys.refresh();
    expect(statusOf(secret)).toBe('revoked_key');
  });

  it('go on with what they knew while ClickHouse is away, also after a restart', async () => {
    const store = memoryKeyStore();
    const before = collectorOn(store);
    const { secret } = await created(before.keys);
    store.failure = new Error('away');
    await expect(before.keys.refresh()).rejects.toThrow('away');
    expect(before.statusOf(secret)).toBe('sender');
    const after = collectorOn(store);
    after.keys.recall(before.written.at(-1) ?? noKeys);
    expect(after.statusOf(secret)).toBe('sender');
  });
});

describe('their number', () => {
  const record = (index: number, changes: Partial<KeyRecord> = {}): KeyRecord => ({
    ...{ id: `k${index}`, version: 1, hash: index.toString(16).padStart(64, '0'), hint: '', project: 'shop' },
    ...{
      reads: false,
      label: '',
      createdAt: index,
      revokedAt: null,
      origins: [],
      spansPerSecond: null,
      burstSpans: null,
    },
    ...changes,
  });

  it('is bounded: the key that was revoked and is the oldest makes room, one in use never does', async () => {
    const store = memoryKeyStore();
    for (let index = 0; index < maxIngestKeys; index += 1) {
      const isRevoked = index === 7 || index === 400;
      store.keys.set(`k${index}`, record(index, isRevoked ? { revokedAt: 5 } : {}));
    }
    const { keys } = collectorOn(store);
    await created(keys);
    expect([store.keys.has('k7'), store.keys.has('k400')]).toEqual([false, true]);
    await created(keys);
    expect(await keys.create(input)).toMatchObject({ status: 'full', message: /Revoke one first/ });
    expect(store.keys.size).toBe(maxIngestKeys);
  });

  it('of projects is bounded too', async () => {
    const store = memoryKeyStore();
    const { keys } = collectorOn(store);
    for (let index = 1; index < maxProjects; index += 1) await keys.createProject(`p${index}`);
    expect(await keys.createProject('one-more')).toMatchObject({ status: 'full' });
    expect(await keys.create({ ...input, project: 'one-more' })).toMatchObject({ status: 'full' });
    expect(await keys.createProject('p1')).toMatchObject({ status: 'exists' });
    expect(store.projects.size).toBe(maxProjects - 1);
  });
});
