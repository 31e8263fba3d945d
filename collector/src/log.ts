import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

/** JSON lines for machines; a line a person can read when somebody is watching. */
export function createLogger(level: string, output: Writable & { readonly isTTY?: boolean }): Logger {
  if (output.isTTY !== true) return pino({ level }, output);
  return pino({ level }, { write: (line: string) => output.write(readable(line)) });
}

/** `{"level":40,"time":…,"msg":"…"}` -> `12:00:01 warn  …` */
export function readable(line: string): string {
  const { level, time, msg, err } = JSON.parse(line) as {
    level: number;
    time: number;
    msg?: string;
    err?: { stack?: string };
  };
  const clock = new Date(time).toTimeString().slice(0, 8);
  const label = (pino.levels.labels[level] ?? String(level)).padEnd(5);
  const stack = err?.stack === undefined ? '' : `\n${err.stack}`;
  return `${clock} ${label} ${msg ?? ''}${stack}\n`;
}
