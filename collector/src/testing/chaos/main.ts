/**
 * Kills a collector, its ClickHouse, or both, again and again under load; ends with what was lost or counted twice:
 *
 *     npm run test:chaos -- [--kills 200] [--seed 1] [--workers 2]
 *
 * Or damages what real instrumentations send and sees that nothing breaks:
 *
 *     npm run test:chaos -- --mutations 1000000 [--seed 1]
 */
import { parseArgs } from 'node:util';
import { runMutations } from '../mutation/run-mutations.ts';
import { runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '0' },
    mutations: { type: 'string' },
  },
});
const seed = Number(values.seed);
const startedAt = performance.now();
const isWell = values.mutations === undefined ? await kill() : await mutate(Number(values.mutations));
if (!isWell) process.exitCode = 1;

async function kill(): Promise<boolean> {
  const report = await runChaos({
    kills: Number(values.kills),
    seed,
    workers: Number(values.workers),
    onKill: ({ number, target, acknowledged }) =>
      process.stdout.write(`${number} ${target}, ${acknowledged} spans acknowledged\n`),
  });
  const { lost, duplicated, invented, said, ...counts } = report;
  summarise({ ...counts, lost: lost.length, duplicated: duplicated.length, invented: invented.length });
  if (report.ownEnds > 0) process.stdout.write(`${said}\n`);
  return lost.length + duplicated.length + invented.length === 0;
}

async function mutate(bodies: number): Promise<boolean> {
  const onProgress = (done: number) =>
    done % 100_000 === 0 && process.stdout.write(`${done} damaged bodies\n`);
  const report = await runMutations({ bodies, seed, onProgress });
  summarise(report);
  return report.faults.length === 0;
}

function summarise(report: object): void {
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stdout.write(`${JSON.stringify({ seconds, ...report })}\n`);
}
