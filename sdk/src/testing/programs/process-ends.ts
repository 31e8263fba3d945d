/**
 * A program that reads one stream to its end, opens another, and ends as `PROGRAM_END` says, or at once when the first
 * has ended (`PROGRAM_STREAMS=1`).
 */
import { chatPath, chatRequest } from '../simulated-call.ts';

const url = `${process.env.SIMULATOR_URL}${chatPath}`;
const call = (gapMs: number) => fetch(url, chatRequest({ timing: { gapMs } }));

await (await call(0)).text();
if (process.env.PROGRAM_STREAMS !== '1') {
  const text = (await call(60_000)).text();
  text.catch(() => undefined);
}

const failure = new Error('the program is at its end');
const ends: Readonly<Record<string, () => unknown>> = {
  'process.exit(0)': () => process.exit(0),
  'process.exit(1)': () => process.exit(1),
  throw: () =>
    setImmediate(() => {
      throw failure;
    }),
  reject: () => void Promise.reject(failure),
  'SIGTERM, which it handles by process.exit(7)': () => {
    process.on('SIGTERM', () => process.exit(7));
    process.kill(process.pid, 'SIGTERM');
  },
  SIGTERM: () => process.kill(process.pid, 'SIGTERM'),
  'the end of its work': () => undefined,
};
const end = ends[process.env.PROGRAM_END ?? ''];
if (end === undefined) throw new Error(`unknown end ${process.env.PROGRAM_END}`);
end();
