/** A program that reads one slow stream, and says when it has begun. */
import { startWeir } from '../../start.ts';
import { chatPath, chatRequest } from '../simulated-call.ts';

startWeir({ reportOpen: { afterSeconds: 0.2, everySeconds: 0.4 } });
const gapMs = Number(process.env.PROGRAM_GAP_MS);
const url = `${process.env.SIMULATOR_URL}${chatPath}`;
const response = await fetch(url, chatRequest({ timing: { gapMs, chunks: 30 } }));
process.stdout.write('streaming\n');
await response.text();
