/** Starts an engine on the directory in argv, prints the server's process id, and lives until it is killed. */
import { startEngine } from '../engine.ts';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: hold-engine.ts <data dir>');

const silent = () => undefined;
const engine = await startEngine({
  server: { kind: 'embedded', dataDir },
  database: 'weir',
  logger: { info: silent, warn: silent, error: silent },
});
process.stdout.write(`${engine.processId}\n`);
