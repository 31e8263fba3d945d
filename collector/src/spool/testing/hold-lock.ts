/** Locks the spool in argv, says so, and lives until it is killed. */
import { lockSpool } from '../spool-lock.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: hold-lock.ts <directory>');
process.stdout.write(lockSpool(path) === undefined ? 'refused\n' : 'locked\n');
setInterval(() => undefined, 60_000);
