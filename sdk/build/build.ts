/**
 * Builds `dist` for publishing: one ES module for each entry with `@weir/schemas` bundled in, and the declarations
 * that they need. Run `tsc -b build/tsconfig.dist.json` first; `pnpm build` does both. `--code-only` needs none.
 */
import { cp, rm } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type RolldownOptions, rolldown } from 'rolldown';
import { writeDeclarations } from './declarations.ts';
import { evaluated } from './evaluated.ts';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const dist = `${sdk}dist`;
/** Where `tsconfig.dist.json` has the compiler put declarations. */
const declared = `${sdk}out/dist`;

/** The entries of `package.json` that services load, by the path of their module in `src`. They share chunks. */
const serviceEntries = ['index', 'core', 'protocols', 'node', 'register', 'resilience/index'];
/** The entry of pages shares nothing: a chunk would bring what only others of its users need. */
const pageEntry = 'browser';

await rm(dist, { recursive: true, force: true });

await write({ input: byName(serviceEntries), platform: 'neutral' }, false);
await write(
  { input: byName([pageEntry]), platform: 'browser', plugins: [evaluated(['attribute-keys.ts'])] },
  true,
);

function byName(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`]));
}

async function write(options: RolldownOptions, minify: boolean): Promise<void> {
  const bundle = await rolldown({
    cwd: sdk,
    external: [/^@opentelemetry\//, /^node:/],
    // Neutral resolution knows no fields of package.json but `exports`.
    resolve: { mainFields: ['module', 'main'] },
    ...options,
  });
  await bundle.write({
    dir: dist,
    format: 'esm',
    sourcemap: true,
    minify,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await bundle.close();
}

if (!process.argv.includes('--code-only')) {
  await writeDeclarations({
    entries: [...serviceEntries, pageEntry].map((entry) => `${declared}/${entry}.d.ts`),
    packages: { '@weir/schemas': fileURLToPath(new URL('../../schemas/out', import.meta.url)) },
    root: declared,
    dist,
  });
}
await cp(new URL('../../LICENSE', import.meta.url), `${sdk}LICENSE`);
