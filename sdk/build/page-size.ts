/**
 * What the entry for pages is made of: `node build/page-size.ts` after `pnpm build` writes the tables in
 * `docs/browser.md`, by the source map of the file that is published.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const parts: readonly (readonly [name: string, sources: RegExp])[] = [
  ['Observing `fetch` and its bodies', /fetch\/|browser\/page-(fetch|stream)|browser\.ts/],
  ['The meter', /observe\/(stream-meter|gap-histogram|recent-chunks|stall-thresholds|clock)|gap-buckets/],
  ['The rules for outcomes', /observe\/|verdict|termination/],
  [
    'Finding frames and formats',
    /framing\/|browser\/(line-framer|page-body|page-knowledge)|content-type|formats/,
  ],
  ['Two formats, and those that nobody knows', /openai-chat|ai-sdk|generic|answer|json\.ts/],
  ['Words of providers for finishes and errors', /finish-reasons|error|http/],
  ['Names of attributes', /schemas\/src\/attribute/],
  ['Options, facts of the page, sending', /./],
];

/** Minified bytes by part, and what all of them weigh once compressed. */
async function pageSize(): Promise<readonly string[]> {
  const file = new URL('../dist/browser.js', import.meta.url);
  const code = await readFile(file, 'utf8');
  const map = new SourceMap(JSON.parse(await readFile(`${file.pathname}.map`, 'utf8')) as SourceMapPayload);
  const bytes = new Map(parts.map(([name]) => [name, 0]));
  for (const [line, text] of code.split('\n').entries()) {
    for (let column = 0; column < text.length; column++) {
      const entry = map.findEntry(line, column);
      const source = 'originalSource' in entry ? entry.originalSource : '';
      const name = parts.find(([, sources]) => sources.test(source))?.[0] ?? '';
      bytes.set(name, (bytes.get(name) ?? 0) + 1);
    }
  }
  const gzipped = gzipSync(code, { level: 9 }).length;
  const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
  const rows = [...bytes].map(
    ([name, size]) => `| ${name} | ${kilobytes(size)} | ${kilobytes((gzipped * size) / total)} |`,
  );
  return [
    '| part | KB minified | KB of the compressed file |',
    '| --- | --- | --- |',
    ...rows,
    `| all of it | ${kilobytes(total)} | ${kilobytes(gzipped)} |`,
  ];
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

/** What each export of `@weir/sdk/protocols` weighs alone; several of them share about 0.9 KB. */
async function moreSizes(): Promise<readonly string[]> {
  const protocols = new URL('../dist/protocols.js', import.meta.url);
  const sizes: { name: string; bytes: number }[] = [];
  for (const name of Object.keys(await import(protocols.href))) {
    const code = `import { ${name} } from ${JSON.stringify(protocols.pathname)}; globalThis.kept = ${name};`;
    const bundle = await rolldown({
      input: 'page',
      platform: 'browser',
      plugins: [
        {
          name: 'page',
          resolveId: (id) => (id === 'page' ? id : null),
          load: (id) => (id === 'page' ? code : null),
        },
      ],
    });
    const { output } = await bundle.generate({ format: 'esm', minify: true });
    await bundle.close();
    sizes.push({ name, bytes: gzipSync(output[0].code, { level: 9 }).length });
  }
  sizes.sort((a, b) => a.bytes - b.bytes);
  return [
    '| export | KB compressed |',
    '| --- | --- |',
    ...sizes.map(({ name, bytes }) => `| \`${name}\` | ${kilobytes(bytes)} |`),
  ];
}

if (import.meta.main) {
  const document = new URL('../../docs/browser.md', import.meta.url);
  const tables = [await moreSizes(), await pageSize()];
  const text = await readFile(document, 'utf8');
  const made = /(<!-- Made by `node sdk\/build\/page-size.ts`. -->\n)[\s\S]*?(\n\n|$)/g;
  await writeFile(
    document,
    text.replace(made, (_, mark: string, end: string) => `${mark}${tables.shift()?.join('\n')}${end}`),
  );
}
