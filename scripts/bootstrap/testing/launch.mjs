/** Runs `linger.mjs` the way `run.mjs` runs a command. */
import { runForeground } from '../foreground.mjs';

const cwd = new URL('.', import.meta.url);
process.exitCode = await runForeground(
  process.execPath,
  ['linger.mjs', ...process.argv.slice(2)],
  cwd.pathname,
);
