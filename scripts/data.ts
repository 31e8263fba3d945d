/** `npm run data -- delete | deletions | retention`: what a running collector keeps, and for how long. */
import { setTimeout as delay } from 'node:timers/promises';
import { runData } from './data/run-data.ts';

process.exitCode = await runData(process.argv.slice(2), {
  env: process.env,
  fetch,
  print: (text) => process.stdout.write(`${text}\n`),
  say: (text) => process.stderr.write(`${text}\n`),
  delay,
});
