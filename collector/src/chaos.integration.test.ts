import { expect, it } from 'vitest';
import { runChaos } from './testing/chaos/run-chaos.ts';

// The long form is `npm run test:chaos`.
it('acknowledged spans are in ClickHouse exactly once, whoever is killed under load', async () => {
  const { acknowledged, lost, duplicated, invented, kills } = await runChaos({ kills: 10, seed: 20_260_301 });
  expect(acknowledged).toBeGreaterThan(1_000);
  expect(Math.min(...Object.values(kills))).toBeGreaterThan(0);
  expect({ lost, duplicated, invented }).toEqual({ lost: [], duplicated: [], invented: [] });
}, 180_000);
