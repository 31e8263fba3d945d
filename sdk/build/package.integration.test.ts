import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
/** Of the file that is published, compressed by gzip; `docs/browser.md` says what it is made of. */
const browserBudgetBytes = 15_300;
const sdk = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** A project of somebody's own: the packed package in its `node_modules`, beside the packages it asks for. */
let consumer: string;
let installed: string;
let tarball: string;

beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), 'weir-consumer-'));
  await run(process.execPath, [tsc, '-b', 'build/tsconfig.dist.json'], { cwd: sdk });
  await run(process.execPath, ['build/build.ts'], { cwd: sdk });
  await run('pnpm', ['pack', '--pack-destination', consumer], { cwd: sdk });
  tarball = join(consumer, (await readdir(consumer)).find((name) => name.endsWith('.tgz')) ?? '');
  installed = join(consumer, 'node_modules/@weir/sdk');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  for (const name of ['@opentelemetry', '@types', '@anthropic-ai', 'openai']) {
    await symlink(join(sdk, 'node_modules', name), join(consumer, 'node_modules', name));
  }
  await writeFile(join(consumer, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rm(consumer, { recursive: true, force: true }));

test('the packed package has nothing that publint objects to', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
});

test('its types are found, and are those of the code, wherever ES modules are resolved', async () => {
  const packed = createPackageFromTarballData(new Uint8Array(await readFile(tarball)));
  const analysis = await checkPackage(packed);
  const { problems = [], entrypoints = {} } = analysis.types === false ? {} : analysis;
  const entries = ['.', './browser', './node', './protocols', './register', './resilience'];
  expect(Object.keys(entrypoints)).toEqual(expect.arrayContaining(entries));
  // The package has ES modules alone: `require` and resolution from before `exports` are no part of it.
  const others = ['node10', 'node16-cjs'];
  expect(
    problems.filter((problem) => !('resolutionKind' in problem && others.includes(problem.resolutionKind))),
  ).toEqual([]);
});

test('it holds what is published and nothing else', async () => {
  expect((await readdir(installed)).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
});

test('each entry loads and gives what it promises', async () => {
  const code = `
    const names = async (entry) => Object.keys(await import(entry)).sort();
    console.log(JSON.stringify({
      index: await names('@weir/sdk'),
      browser: await names('@weir/sdk/browser'),
      node: await names('@weir/sdk/node'),
      protocols: await names('@weir/sdk/protocols'),
    }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: consumer });
  const core = ['isObserved', 'linkTo', 'observeFetch', 'observeStream', 'withoutSampledOut'];
  const { index, browser, node, protocols } = JSON.parse(stdout);
  expect(index).toEqual([...core, 'startWeir'].sort());
  expect(node).toEqual(index);
  expect(browser).toEqual(['hashUser', 'startWeir']);
  expect(protocols).toEqual(expect.arrayContaining(['formats', 'gemini', 'requestFacts']));
});

test('the entry for every runtime loads no OpenTelemetry SDK', async () => {
  const code = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve(name, context, next) { loaded.push(name); return next(name, context); } });
    await import('@weir/sdk');
    console.log(JSON.stringify(loaded.filter((name) => name.startsWith('@opentelemetry/'))));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: consumer });
  expect([...new Set(JSON.parse(stdout))]).toEqual(['@opentelemetry/api']);
});

test('CommonJS can require every entry, for none waits at its top', async () => {
  const entries = ['', '/browser', '/node', '/protocols', '/resilience'].map((entry) => `@weir/sdk${entry}`);
  const code = `console.log(${JSON.stringify(entries)}.every((entry) => Object.keys(require(entry)).length > 1))`;
  const { stdout } = await run(process.execPath, ['--input-type=commonjs', '-e', code], { cwd: consumer });
  expect(stdout).toBe('true\n');
});

test.each([
  ['{ observeStream }', ['node']],
  ['* as sdk', ['workerd', 'worker', 'browser']],
  ['* as sdk', ['edge-light', 'worker', 'browser']],
  ['* as sdk', ['browser']],
] as const)('import %s is bundled under %j without the OpenTelemetry SDK', async (names, conditionNames) => {
  const input = join(consumer, 'bundled.js');
  await writeFile(
    input,
    `import ${names} from '@weir/sdk'; globalThis.kept = ${names.replace('* as ', '')};`,
  );
  const bundle = await rolldown({
    input,
    platform: 'neutral',
    // What the SDK of OpenTelemetry needs of Node is looked for before it is dropped.
    logLevel: 'silent',
    resolve: { conditionNames: ['import', ...conditionNames], mainFields: ['module', 'main'] },
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const packages = modules.map((id) => id.match(/@opentelemetry\/[^/]+(?!.*@opentelemetry)/)?.[0]);
  expect(new Set(packages.filter((name) => name !== undefined))).toEqual(new Set(['@opentelemetry/api']));
});

test('a page loads one file, and no more of it than this', async () => {
  const code = await readFile(join(installed, 'dist/browser.js'), 'utf8');
  expect(code).not.toMatch(/\bimport\b/);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(browserBudgetBytes);
});

test('what only services meet is no part of it', async () => {
  const code = await readFile(join(installed, 'dist/browser.js'), 'utf8');
  for (const word of ['ECONNRESET', 'UND_ERR', 'stainless', 'cloudfront', 'bedrock', 'candidates']) {
    expect(code).not.toContain(word);
  }
  expect(code).toContain('gen_ai.request.model');
});

test('a program is observed by --import alone', async () => {
  const { stdout } = await run(
    process.execPath,
    ['--import', '@weir/sdk/register', '--input-type=module', '-e', 'console.log(fetch.name, fetch.length)'],
    { cwd: consumer },
  );
  expect(stdout).toBe('fetch 1\n');
});

test('its declarations satisfy a strict compiler without any workspace package', async () => {
  const source = `
    import { type ObserveOptions, observeFetch, observeStream, startWeir } from '@weir/sdk';
    import { startWeir as startNow } from '@weir/sdk/node';
    const options: ObserveOptions = { provider: 'openai', user: (call) => call.header('x-user') ?? undefined };
    export const observed: typeof fetch = observeFetch(fetch, options);
    export const stream: AsyncGenerator<number> = observeStream((async function* () { yield 1; })(), { model: 'm' });
    export const weir = [await startWeir({ service: 's' }), startNow()];
    // @ts-expect-error an option that does not exist
    observeFetch(fetch, { nonsense: 1 });
  `;
  expect(await compile('declarations.ts', source)).toBe('');
});

test('every example of its README compiles', async () => {
  const readme = await readFile(join(installed, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
  expect(examples.length).toBeGreaterThan(3);
  for (const [index, code] of examples.entries()) {
    expect(await compile(`example-${index}.ts`, code, ['--skipLibCheck'])).toBe('');
  }
});

/** @returns what a strict compiler says of a file of the consumer. */
async function compile(name: string, source: string, more: string[] = []): Promise<string> {
  await writeFile(join(consumer, name), source);
  const flags = '--strict --noEmit --module nodenext --target es2024 --types node'.split(' ');
  const lib = ['--lib', 'es2024,dom,dom.iterable,dom.asynciterable'];
  const compiled = run(process.execPath, [tsc, ...flags, ...lib, ...more, name], { cwd: consumer });
  return compiled.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}
