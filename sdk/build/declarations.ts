import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

export interface DeclarationOptions {
  /** Declaration files that are public. */
  readonly entries: readonly string[];
  /** Workspace packages that are not published, by name, and where their declarations are. */
  readonly packages: Readonly<Record<string, string>>;
  /** Where the declarations of the entries are. */
  readonly root: string;
  readonly dist: string;
}

const specifier = /((?:from|import)\s*\(?\s*)'([^']+)'/g;

/**
 * Copies the declarations that the entries need, and theirs, into `dist`. The compiler writes `./a.ts`, and names
 * workspace packages; a consumer needs `./a.js`, and has no such packages, so both are rewritten to files in `dist`.
 */
export async function writeDeclarations(options: DeclarationOptions): Promise<void> {
  const pending = [...options.entries];
  const seen = new Set(pending);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const text = await readFile(file, 'utf8');
    const from = targetOf(file, options);
    const rewritten = text.replace(specifier, (whole, before: string, name: string) => {
      const imported = sourceOf(name, file ?? '', options.packages);
      if (imported === undefined) return whole;
      if (!seen.has(imported)) pending.push(imported);
      seen.add(imported);
      return `${before}'${importPath(from, targetOf(imported, options))}'`;
    });
    await mkdir(dirname(from), { recursive: true });
    await writeFile(from, rewritten.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
  }
}

/** @returns undefined for a package that a consumer has. */
function sourceOf(
  name: string,
  importer: string,
  packages: DeclarationOptions['packages'],
): string | undefined {
  if (name.startsWith('.')) return resolve(dirname(importer), name).replace(/\.(ts|js)$/, '.d.ts');
  const found = Object.entries(packages).find(([path]) => name.startsWith(`${path}/`));
  return found && join(found[1], `${name.slice(found[0].length + 1)}.d.ts`);
}

function targetOf(file: string, { root, packages, dist }: DeclarationOptions): string {
  const home = Object.values(packages).find((path) => file.startsWith(`${path}/`));
  return home === undefined ? join(dist, relative(root, file)) : join(dist, 'schemas', relative(home, file));
}

function importPath(from: string, to: string): string {
  const path = relative(dirname(from), to).replace(/\.d\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}
