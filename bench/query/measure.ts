import type { FastifyInstance } from 'fastify';
import { type Question, urlOf } from './questions.ts';

/** Milliseconds of one question over one range. */
export interface Timing {
  readonly path: string;
  readonly kind: Question['kind'];
  readonly range: string;
  /** The first answer after ClickHouse's caches and the kernel's were emptied of the tables: only of `two`, over the longest range. */
  readonly coldMs: number | null;
  /** Every later one. */
  readonly warmMs: readonly number[];
  /** Processor time of ClickHouse for a warm one, mean: what other work on the machine does not change. */
  readonly cpuMs: number | null;
}

export interface MeasureOptions {
  readonly app: FastifyInstance;
  readonly questions: readonly Question[];
  /** Lengths in milliseconds by name; all end at `toMs`. */
  readonly ranges: Readonly<Record<string, number>>;
  readonly toMs: number;
  readonly runs: number;
  /** A slow question is not repeated for longer than this. */
  readonly patienceMs: number;
  readonly forget: () => Promise<void>;
  /** Processor time that ClickHouse has taken. */
  readonly cpuMs: () => number | null;
  readonly onTiming: (timing: Timing) => void;
}

/** Asks every question over every range, one at a time. */
export async function measureQuestions(options: MeasureOptions): Promise<Timing[]> {
  const { app, questions, ranges, toMs, runs, patienceMs, forget, cpuMs, onTiming } = options;
  const timings: Timing[] = [];
  for (const [range, lengthMs] of Object.entries(ranges)) {
    for (const question of questions) {
      const url = urlOf(question, { fromMs: toMs - lengthMs, toMs });
      const isCold = question.kind === 'two' && lengthMs === Math.max(...Object.values(ranges));
      if (isCold) await forget();
      const firstMs = await timed(app, url);
      const coldMs = isCold ? firstMs : null;
      const warmMs: number[] = [];
      const before = cpuMs();
      for (let spentMs = 0; warmMs.length < runs && spentMs < patienceMs; spentMs += warmMs.at(-1) ?? 0) {
        warmMs.push(await timed(app, url));
      }
      const after = cpuMs();
      const spent = before === null || after === null ? null : (after - before) / warmMs.length;
      const timing = { path: question.path, kind: question.kind, range, coldMs, warmMs, cpuMs: spent };
      timings.push(timing);
      onTiming(timing);
    }
  }
  return timings;
}

async function timed(app: FastifyInstance, url: string): Promise<number> {
  const startedAt = performance.now();
  const { statusCode, body } = await app.inject(url);
  const ms = performance.now() - startedAt;
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${body}`);
  return ms;
}

/** The smallest value that at least this share does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
