import { readFileSync } from 'node:fs';

/** Of `/proc/<pid>/stat`, on every Linux that matters. */
const TICKS_PER_SECOND = 100;

/** @returns milliseconds of processor time that a process has taken, in steps of 10; null where there is no /proc */
export function cpuMsOf(processId: number | undefined): number | null {
  if (processId === undefined) return null;
  try {
    const text = readFileSync(`/proc/${processId}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th fields after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
