import { readFile } from 'node:fs/promises';

/** Clock ticks a second of `/proc/<pid>/stat`: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU time that a process and those it started have used so far, in seconds. Linux. */
export async function cpuSeconds(pid: number): Promise<number> {
  const own = ticksOf(await readFile(`/proc/${pid}/stat`, 'utf8')) / TICKS;
  const children = await Promise.all((await childrenOf(pid)).map(cpuSeconds));
  return children.reduce((sum, seconds) => sum + seconds, own);
}

/** The most memory that was ever resident, of the process and, unless told otherwise, those it started, in bytes. */
export async function peakResidentBytes(pid: number, { withChildren = true } = {}): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const own = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
  if (!withChildren) return own;
  const children = await Promise.all((await childrenOf(pid)).map((child) => peakResidentBytes(child)));
  return children.reduce((sum, bytes) => sum + bytes, own);
}

/** `utime` and `stime`; the name in parentheses may hold spaces. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return listed.split(' ').filter(Boolean).map(Number);
}
