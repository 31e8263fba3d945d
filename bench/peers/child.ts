/**
 * One subject and one ending in a process of its own: `node child.ts <folder> <base URL> <application> <headers>`.
 * Sends an `Observed` to its parent.
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Application } from './endings.ts';
import { type Read, read } from './read.ts';
import { loadSubject, type SpanRecord } from './subject.ts';

/** What the application saw, and what the instrumentation said. */
export interface Observed extends Read {
  readonly spans: readonly SpanRecord[];
  readonly unhandledRejections: readonly string[];
}

/** Long enough for whoever drains a stream behind the application's back, and then for whoever batches. */
const settleMs = 1500;

const [folder = '', baseURL = '', application = 'reads', headers = '{}'] = process.argv.slice(2);

const unhandledRejections: string[] = [];
process.on('unhandledRejection', (reason) => void unhandledRejections.push(String(reason)));

const spans: SpanRecord[] = [];
const { createSubject } = await loadSubject(folder);
const subject = await createSubject({ baseURL, onSpan: (span) => void spans.push(span) });
const readAll = () => read(subject, application as Application, { headers: JSON.parse(headers) });
const seen = await (subject.inRequest?.(readAll) ?? readAll());
await sleep(settleMs);
await subject.flush?.();
const observed: Observed = { ...seen, spans, unhandledRejections };
process.send?.(observed, () => process.exit());
