/** `npm run keys -- create | list | revoke | projects`: the ingest keys of a running collector. */
import { runKeys } from './keys/run-keys.ts';

process.exitCode = await runKeys(process.argv.slice(2), {
  env: process.env,
  fetch,
  print: (text) => process.stdout.write(`${text}\n`),
  say: (text) => process.stderr.write(`${text}\n`),
});
