/**
 * Kills a collector, its ClickHouse, or both, again and again under load; ends with what was lost or counted twice.
 *
 *     npm run test:chaos -- [--kills 200] [--seed 1] [--workers 2]
 */
import { parseArgs } from 'node:util';
import { runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '0' },
  },
});
const startedAt = performance.now();
const report = await runChaos({
  kills: Number(values.kills),
  seed: Number(values.seed),
  workers: Number(values.workers),
  onKill: ({ number, target, acknowledged }) =>
    process.stdout.write(`${number} ${target}, ${acknowledged} spans acknowledged\n`),
});
const { lost, duplicated, invented, said, ...counts } = report;
const summary = { ...counts, lost: lost.length, duplicated: duplicated.length, invented: invented.length };
process.stdout.write(
  `${JSON.stringify({ seconds: Math.round((performance.now() - startedAt) / 1_000), ...summary })}\n`,
);
if (report.ownEnds > 0) process.stdout.write(`${said}\n`);
if (lost.length + duplicated.length + invented.length > 0) process.exitCode = 1;
