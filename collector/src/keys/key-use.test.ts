import { expect, it } from 'vitest';
import { createKeyUse } from './key-use.ts';
import { memoryKeyStore } from './testing/memory-key-store.ts';

it('of several collectors is the latest that any of them saw', async () => {
  const store = memoryKeyStore();
  const [here, there] = [
    new Map([['k1', 10]]),
    new Map([
      ['k1', 30],
      ['k2', 20],
    ]),
  ];
  const [one, other] = [createKeyUse(store, () => here), createKeyUse(store, () => there)];
  expect([one.lastUsedAt('k1'), one.lastUsedAt('k2')]).toEqual([10, undefined]);
  await other.exchange();
  await one.exchange();
  expect([one.lastUsedAt('k1'), one.lastUsedAt('k2')]).toEqual([30, 20]);
  here.set('k1', 50);
  expect(one.lastUsedAt('k1')).toBe(50);
  await one.exchange();
  expect(store.uses.get('k1')).toBe(50);
});

it('is not written again when nothing was used since', async () => {
  const store = memoryKeyStore();
  const written: number[] = [];
  const counting = {
    ...store,
    putUses: async (uses: ReadonlyMap<string, number>) => void written.push(uses.size),
  };
  const use = createKeyUse(counting, () => new Map([['k1', 10]]));
  store.uses.set('k1', 10);
  await use.exchange();
  await use.exchange();
  expect(written).toEqual([1, 0]);
});
