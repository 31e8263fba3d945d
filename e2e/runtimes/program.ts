/** The scenario as a program, for runtimes that run one: its argument is the task as JSON, its output the answer. */
import process from 'node:process';
import type { Call } from './scenario.ts';

/** `observe`: the scenario. `start`: one stream by the global `fetch`, sent to `endpoint`. `import`: every entry. */
export type Task =
  | { readonly kind: 'observe'; readonly calls: readonly Call[] }
  | { readonly kind: 'start'; readonly endpoint: string; readonly call: Call }
  | { readonly kind: 'import'; readonly entries: readonly string[] };

async function answer(task: Task): Promise<unknown> {
  if (task.kind === 'observe') return (await import('./scenario.ts')).runScenario(task.calls);
  if (task.kind === 'start') return startAndRead(task.endpoint, task.call);
  // Runtimes make some of their own globals when they are first needed.
  await fetch('data:,');
  const problems: string[] = [];
  for (const entry of task.entries) problems.push(await load(entry));
  return problems;
}

async function startAndRead(endpoint: string, { url, headers, body }: Call): Promise<number> {
  const { startWeir } = await import('@weir/sdk/node');
  const weir = startWeir({ endpoint, service: 'runtimes' });
  const response = await fetch(url, { method: 'POST', headers: { ...headers }, body });
  const text = await response.text();
  await weir.shutdown();
  return text.length;
}

/** Deno adds it with the first CommonJS package that is loaded: those of OpenTelemetry are. */
const ofTheRuntime: readonly PropertyKey[] = ['nodeBootstrap'];

/** @returns '' or what keeps the entry from loading, and globals that it added. */
async function load(entry: string): Promise<string> {
  const { fetch } = globalThis;
  const before = new Set(Reflect.ownKeys(globalThis));
  try {
    await import(entry);
  } catch (error) {
    return String(error);
  }
  if (fetch !== globalThis.fetch) return 'it changes fetch';
  const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key) && !ofTheRuntime.includes(key));
  return added.length === 0 ? '' : `it adds ${added.map(String).join(', ')}`;
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
// A pipe may still hold the answer when the program is done: it is waited for, and nothing else is.
process.stdout.write(JSON.stringify(await answer(task)), () => process.exit(0));
