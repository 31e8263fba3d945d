/**
 * A program that ends while streams are open. `PROGRAM_END` says how: `returns` with a body that nobody reads, by a
 * signal (`waits`), or by a signal that it handles itself, letting its stream come to the end (`drains`).
 */
import { chatPath, chatRequest } from '../simulated-call.ts';

const how = process.env.PROGRAM_END;
const gapMs = how === 'drains' ? 60 : 5000;
const response = await fetch(`${process.env.SIMULATOR_URL}${chatPath}`, chatRequest({ timing: { gapMs } }));

if (how === 'drains') {
  process.once('SIGTERM', () => void text.then(() => setTimeout(() => process.exit(0), 700)));
}
const text = how === 'returns' ? Promise.resolve('') : response.text();
process.stdout.write('streaming\n');
if (how === 'returns') process.exitCode = 0;
await text;
