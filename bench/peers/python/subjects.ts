import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Read } from '../read.ts';

/** Instrumentations for Python, which `record_child.py` knows by the same names. */
export const pythonSubjects: readonly {
  readonly name: string;
  readonly title: string;
  readonly use: string;
}[] = [
  {
    name: 'openinference-python',
    title: 'OpenInference for Python',
    use: '`OpenAIInstrumentor().instrument()`',
  },
  { name: 'traceloop-python', title: 'Traceloop for Python', use: '`OpenAIInstrumentor().instrument()`' },
  {
    name: 'langsmith-python',
    title: 'LangSmith for Python',
    use: '`wrap_openai(client)` in OpenTelemetry mode',
  },
];

export interface PythonRead extends Read {
  readonly packages: Readonly<Record<string, string>>;
}

const child = fileURLToPath(new URL('record_child.py', import.meta.url));
const run = promisify(execFile);
const patienceMs = 30_000;

/** @param interpreter one that has the packages of `requirements.txt` */
export async function readInPython(interpreter: string, args: readonly string[]): Promise<PythonRead> {
  const { stdout } = await run(interpreter, [child, ...args], { timeout: patienceMs });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PythonRead;
}
