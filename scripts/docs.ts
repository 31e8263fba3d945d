/**
 * Writes the documents that are derived from `schemas`: `node scripts/docs.ts`. With `--check` it writes nothing and
 * fails when one of them is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { attributesDocument } from './docs/attributes-document.ts';
import { metricsDocument } from './docs/metrics-document.ts';
import { taxonomyDocument } from './docs/taxonomy-document.ts';

const documents: Readonly<Record<string, () => string>> = {
  'docs/attributes.md': attributesDocument,
  'docs/metrics.md': metricsDocument,
  'docs/taxonomy.md': taxonomyDocument,
};

const check = process.argv.includes('--check');
const stale: string[] = [];

for (const [path, render] of Object.entries(documents)) {
  const file = new URL(`../${path}`, import.meta.url);
  const wanted = render();
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found === wanted) continue;
  if (check) stale.push(path);
  else await writeFile(file, wanted);
}

if (stale.length > 0) {
  process.stderr.write(`Out of date: ${stale.join(', ')}. Run \`npm run docs\` and commit the result.\n`);
  process.exitCode = 1;
}
