/**
 * One subject and one ending in a process of its own, its spans sent by the OTLP exporter of its own folder:
 * `node record-child.ts <folder> <base URL> <application> <headers> <OTLP URL>`. Sends a `Read` to its parent.
 */
import { createRequire } from 'node:module';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Application } from './endings.ts';
import { withoutMachineWords } from './machine-words.ts';
import { read } from './read.ts';
import { loadSubject } from './subject.ts';

const settleMs = 1500;

const [folder = '', baseURL = '', application = 'reads', headers = '{}', url = ''] = process.argv.slice(2);

// A client that rejects where nobody can catch it is a finding of the report, and does not end the recording.
process.on('unhandledRejection', () => undefined);

const spans: unknown[] = [];
const { createSubject } = await loadSubject(folder);
const subject = await createSubject({
  baseURL,
  onSpan: (_span, exportable) => void (exportable !== undefined && spans.push(exportable)),
});
const call = { headers: JSON.parse(headers), asksForUsage: true };
const readAll = () => read(subject, application as Application, call);
const seen = await (subject.inRequest?.(readAll) ?? readAll());
await sleep(settleMs);
await subject.flush?.();
if (spans.length > 0) await exportSpans();
process.send?.(seen, () => process.exit());

interface SpanExporter {
  export(spans: unknown[], done: (result: { code: number; error?: Error }) => void): void;
}

interface Telling {
  readonly attributes: unknown;
  readonly events: unknown;
  readonly status: unknown;
  readonly resource: { readonly attributes: unknown };
}

function exportSpans(): Promise<void> {
  for (const { attributes, events, status, resource } of spans as Telling[]) {
    for (const part of [attributes, events, status, resource.attributes]) withoutMachineWords(part);
  }
  const exporter = new (exporterClass())({ url });
  return new Promise((resolve, reject) =>
    exporter.export(spans, ({ code, error }) => (code === 0 ? resolve() : reject(error))),
  );
}

/** The one that the subject's package names, in the version that fits its SDK. */
function exporterClass(): new (options: { url: string }) => SpanExporter {
  const require = createRequire(new URL(`subjects/${folder}/subject.ts`, import.meta.url));
  const { dependencies } = require('./package.json') as { dependencies: Record<string, string> };
  const name = Object.keys(dependencies).find((name) => name.includes('exporter-trace-otlp'));
  if (name === undefined) throw new Error(`${folder} names no OTLP exporter`);
  return require(name).OTLPTraceExporter;
}
