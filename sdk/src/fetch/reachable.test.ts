import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Reachable } from './reachable.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Collections, each in a task of its own: what a weak reference has given is kept until the end of the task that asked. */
async function collectUntil(done: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !done(); i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
}

test('an object is held at first, and left to the collector then', async () => {
  const told: string[] = [];
  const reachable = new Reachable({}, () => told.push('collected'));
  collectGarbage();
  expect(reachable.isCollected).toBe(false);
  reachable.settle();
  await collectUntil(() => told.length > 0);
  expect(told).toEqual(['collected']);
  expect(reachable.isCollected).toBe(true);
});

test('it is left to the collector by itself after a moment', async () => {
  const reachable = new Reachable({});
  await new Promise((resolve) => setTimeout(resolve, 300));
  await collectUntil(() => reachable.isCollected);
  expect(reachable.isCollected).toBe(true);
});

test('of one that is forgotten nothing is told', async () => {
  const told: string[] = [];
  const forgotten = new Reachable({}, () => told.push('forgotten'));
  forgotten.settle();
  forgotten.forget();
  const other = new Reachable({}, () => told.push('other'));
  other.settle();
  await collectUntil(() => told.length > 0);
  expect(told).toEqual(['other']);
});
