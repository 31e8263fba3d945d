import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { run } from './engines.ts';

/** An application of somebody's own: the packed package installed from npm, and the scenario beside it. */
export interface Application {
  readonly folder: string;
  /** For runtimes that run programs: its imports are resolved by the runtime. */
  readonly program: string;
  /** For runtimes that run workers: one file, bundled as their tools do. */
  readonly worker: string;
  close(): Promise<void>;
}

/** What the scenario has besides the SDK. */
const otel = ['api', 'sdk-trace', 'exporter-trace-otlp-http'].map((name) => `@opentelemetry/${name}`);
const sdk = fileURLToPath(new URL('../../sdk/', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Builds and packs the SDK, and installs it with what the scenario needs. @throws where a step fails. */
export async function createApplication(): Promise<Application> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-runtimes-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    await step(process.execPath, [tsc, '-b', 'build/tsconfig.dist.json'], sdk);
    await step(process.execPath, ['build/build.ts'], sdk);
    await step('pnpm', ['pack', '--pack-destination', folder], sdk);
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const peers = otel.map(async (name) => `${name}@${await versionOf(name)}`);
    const packages = [`./${tarball}`, ...(await Promise.all(peers))];
    await step('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], folder);
    return {
      folder,
      program: await bundle('program', folder, { external: [/^node:/, /^@weir\/sdk/, /^@opentelemetry\//] }),
      worker: await bundle('worker', folder, {
        resolve: {
          conditionNames: ['workerd', 'worker', 'browser', 'import'],
          modules: [join(folder, 'node_modules'), 'node_modules'],
        },
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function versionOf(name: string): Promise<string> {
  const manifest = await readFile(join(here, '../node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

async function bundle(
  name: 'program' | 'worker',
  folder: string,
  options: Pick<Parameters<typeof rolldown>[0], 'external' | 'resolve'>,
): Promise<string> {
  const built = await rolldown({ input: join(here, `${name}.ts`), platform: 'neutral', ...options });
  const file = join(folder, name, 'main.js');
  await mkdir(join(folder, name));
  await built.write({ dir: join(folder, name), entryFileNames: 'main.js', format: 'esm' });
  await built.close();
  return file;
}

async function step(file: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output, errors } = await run(file, args, cwd);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} failed: ${errors || output}`);
}
