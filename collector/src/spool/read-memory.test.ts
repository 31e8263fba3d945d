import { expect, it } from 'vitest';
import { createReadMemory } from './read-memory.ts';

it('is not shared by segments, until one is released', () => {
  const memory = createReadMemory();
  const a = memory.of('a', 2_000_000);
  const b = memory.of('b', 2_000_000);
  expect(a).not.toBe(b);
  expect(memory.of('a', 2_000_000)).toBe(a);
  memory.release('a');
  expect(memory.of('c', 1_500_000)).toBe(a);
});

it('is large enough for what it is asked for', () => {
  const memory = createReadMemory();
  memory.of('small', 10);
  memory.release('small');
  expect(memory.of('large', 5_000_000).length).toBeGreaterThanOrEqual(5_000_000);
});

it('is kept for as many as are loaded at once, the largest first', () => {
  const memory = createReadMemory();
  const sizes = [1, 3, 2].map((megabytes) => megabytes << 20);
  const [, largest] = sizes.map((bytes, i) => memory.of(String(i), bytes));
  for (const i of sizes.keys()) memory.release(String(i));
  expect(memory.of('next', 1 << 20)).toBe(largest);
  expect(memory.of('another', 2 << 20).length).toBe(2 << 20);
  expect(memory.of('a third', 1 << 20).length).toBe(1 << 20);
});

it('is not used again while somebody may look at it', () => {
  const memory = createReadMemory();
  const left = memory.of('left', 10);
  memory.leave('left');
  expect(memory.of('next', 10)).not.toBe(left);
});
