import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the SDK, so that its name and the clients it is tested with resolve. */
const sdkOutput = join(root, 'sdk/out');

interface Example {
  readonly from: string;
  readonly code: string;
}

test('every example of the documents and every line the dashboard gives to paste compiles', async () => {
  const examples = [...(await examplesOfDocuments()), ...(await examplesOfDashboard())];
  expect(examples.length).toBeGreaterThan(5);
  expect(await complaints(examples)).toEqual([]);
});

test('an example that forgets to wait for the start does not compile', async () => {
  const code =
    "import { startWeir } from '@weir/sdk';\nconst weir = startWeir();\nawait weir.fetch('http://a');";
  expect(await complaints([{ from: 'planted', code }])).toEqual([expect.stringContaining("'fetch'")]);
});

async function examplesOfDocuments(): Promise<Example[]> {
  const names = ['README.md', ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)];
  const documents = names.filter((name) => name.endsWith('.md'));
  const found = documents.map(async (from) => {
    const text = await readFile(join(root, from), 'utf8');
    const blocks = Array.from(text.matchAll(/```ts\n([\s\S]*?)```/g), ([, code = '']) => code);
    return modulesOf(blocks).map((code) => ({ from, code }));
  });
  return (await Promise.all(found)).flat();
}

/** An example without imports goes on from the one before it. */
function modulesOf(blocks: readonly string[]): string[] {
  const modules: string[] = [];
  for (const block of blocks) {
    const before = block.startsWith('import ') ? undefined : modules.pop();
    modules.push(before === undefined ? block : `${before}\n${block}`);
  }
  return modules;
}

async function examplesOfDashboard(): Promise<Example[]> {
  const module = join(root, 'dashboard/src/lib/instrumentation-snippets.ts');
  const { instrumentationSnippets } = (await import(module)) as {
    readonly instrumentationSnippets: (endpoint: string) => readonly { key: string; code: string }[];
  };
  return instrumentationSnippets('http://127.0.0.1:4318/v1/traces')
    .filter(({ code }) => code.startsWith('import '))
    .map(({ key, code }) => ({ from: `dashboard ${key}`, code }));
}

/** @returns what a strict compiler says, each line beginning with where the example is from. */
async function complaints(examples: readonly Example[]): Promise<string[]> {
  await mkdir(sdkOutput, { recursive: true });
  const folder = await mkdtemp(join(sdkOutput, 'examples-'));
  try {
    const files = examples.map(({ code }, index) => ({ name: `${index}.ts`, code }));
    await Promise.all(files.map(({ name, code }) => writeFile(join(folder, name), `${code}\nexport {};\n`)));
    const flags =
      '--ignoreConfig --strict --noEmit --skipLibCheck --allowImportingTsExtensions --module nodenext --target es2024';
    const lib = ['--lib', 'es2024,dom,dom.iterable,dom.asynciterable', '--types', 'node'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const names = files.map(({ name }) => name);
    const output = await run(process.execPath, [tsc, ...flags.split(' '), ...lib, ...names], {
      cwd: folder,
    }).then(
      ({ stdout }) => stdout,
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout || stderr,
    );
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^(\d+)\.ts/, (_, index) => examples[Number(index)]?.from ?? 'unknown'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
