/**
 * Builds `dist` for publishing: one ES module for each entry with `@weir/schemas` bundled in, and the declarations
 * that they need. Run `tsc -b build/tsconfig.dist.json` first; `pnpm build` does both.
 */
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { writeDeclarations } from './declarations.ts';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const dist = `${sdk}dist`;
/** Where `tsconfig.dist.json` has the compiler put declarations. */
const declared = `${sdk}out/dist`;

/** The entries of `package.json`, by the path of their module in `src`. */
export const entries = ['index', 'browser', 'node', 'register', 'resilience/index'] as const;

await rm(dist, { recursive: true, force: true });

const bundle = await rolldown({
  cwd: sdk,
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  external: [/^@opentelemetry\//, /^node:/],
  platform: 'neutral',
  // Neutral resolution knows no fields of package.json but `exports`.
  resolve: { mainFields: ['module', 'main'] },
});
await bundle.write({
  dir: dist,
  format: 'esm',
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();

await writeDeclarations({
  entries: entries.map((entry) => `${declared}/${entry}.d.ts`),
  packages: { '@weir/schemas': fileURLToPath(new URL('../../schemas/out', import.meta.url)) },
  root: declared,
  dist,
});
await cp(new URL('../../LICENSE', import.meta.url), `${sdk}LICENSE`);
