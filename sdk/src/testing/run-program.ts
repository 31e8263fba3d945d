import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const register = fileURLToPath(new URL('../register.ts', import.meta.url));

/** A program of `programs`, in an environment without any variables of OpenTelemetry or Weir but `variables`. */
export interface ProgramRun {
  readonly name: string;
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Runs it with `--import @weir/sdk/register`. */
  readonly registered?: boolean;
}

export function runProgram({
  name,
  args = [],
  variables = {},
  registered = false,
}: ProgramRun): ChildProcess {
  const program = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(OTEL|WEIR|NODE_OPTIONS|VITEST)/.test(key),
  );
  const flags = registered ? ['--import', register] : [];
  return spawn(process.execPath, [...flags, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), ...variables },
  });
}

export interface ProgramOutput {
  readonly out: string;
  readonly errors: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a program wrote until it ended. */
export async function outputOf(child: ChildProcess): Promise<ProgramOutput> {
  let out = '';
  let errors = '';
  child.stdout?.on('data', (part: Buffer) => {
    out += part;
  });
  child.stderr?.on('data', (part: Buffer) => {
    errors += part;
  });
  const [code, signal] = await once(child, 'close');
  return { out, errors, code, signal };
}
