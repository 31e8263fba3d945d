import { readFile, rename, writeFile } from 'node:fs/promises';
import type { BaseLogger } from 'pino';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { createValueLimits, type RememberedValues, type ValueLimits } from './value-limits.ts';

/** Value limits that outlive the process, so that restarts do not let a flood of values in again. */
export interface LastingValueLimits {
  readonly limits: ValueLimits;
  close(): Promise<void>;
}

export interface LastingValueLimitsOptions {
  /** A file of its own, in a directory that exists. */
  readonly path: string;
  readonly logger: Pick<BaseLogger, 'warn'>;
  /** How often it is written when there is something new. Default: a minute. */
  readonly everyMs?: number;
}

const Remembered = Type.Record(Type.String(), Type.Record(Type.String(), Type.Array(Type.String())));

/**
 * What a crash takes is a minute of new values, and nothing else hangs on the file: it may be missing, damaged or
 * unwritable.
 */
export async function openValueLimits(options: LastingValueLimitsOptions): Promise<LastingValueLimits> {
  const { path, logger, everyMs = 60_000 } = options;
  const limits = createValueLimits(await readRemembered(path, logger));
  let isFailing = false;
  let saved = limits.admissions;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    const { admissions } = limits;
    if (admissions === saved) return;
    try {
      await writeFile(`${path}.new`, JSON.stringify(limits.remembered()));
      await rename(`${path}.new`, path);
      saved = admissions;
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, `The values of dimensions cannot be remembered in ${path}`);
      isFailing = true;
    }
  }

  function save(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }
  const timer = setInterval(() => void save(), everyMs);
  timer.unref();
  return {
    limits,
    close() {
      clearInterval(timer);
      return save();
    },
  };
}

async function readRemembered(path: string, logger: Pick<BaseLogger, 'warn'>): Promise<RememberedValues> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (Value.Check(Remembered, parsed)) return parsed;
    logger.warn(`${path} is not what was written to it; it is written anew`);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing) logger.warn({ err: error }, `${path} cannot be read; it is written anew`);
  }
  return {};
}
