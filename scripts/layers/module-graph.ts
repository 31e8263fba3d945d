import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

export interface ModuleImport {
  /** As written. */
  specifier: string;
  line: number;
  /** Whether it is gone once types are stripped. */
  typeOnly: boolean;
  /** What it leads to: a file of the workspace, a package outside of it, or nothing that exists. */
  target:
    | { status: 'file'; path: string }
    | { status: 'package'; name: string }
    | { status: 'workspace-package'; folder: string }
    | { status: 'missing' };
}

export interface Module {
  /** Relative to the root, with `/`. */
  path: string;
  imports: ModuleImport[];
  /** Lines that read `process.env`. */
  environmentReads: number[];
}

const SOURCE = /\.tsx?$/;
const SKIPPED = new Set(['node_modules', 'dist', 'out']);

/**
 * Parses every TypeScript file below the folders. Types count: a layer that knows another one's types knows that layer.
 *
 * @param workspacePackages folder of each workspace package by its name
 */
export async function readModules(
  root: string,
  folders: readonly string[],
  workspacePackages: ReadonlyMap<string, string>,
): Promise<Module[]> {
  const nested = await Promise.all(folders.map((folder) => sourceFiles(join(root, folder))));
  return Promise.all(
    nested.flat().map(async (file) => {
      const source = await readFile(file, 'utf8');
      const { specifiers, environmentReads } = scan(file, source);
      const imports = specifiers.map(({ specifier, start, typeOnly }) => ({
        specifier,
        typeOnly,
        line: lineAt(source, start),
        target: resolveImport(root, file, specifier, workspacePackages),
      }));
      return {
        path: slashed(relative(root, file)),
        imports,
        environmentReads: environmentReads.map((start) => lineAt(source, start)),
      };
    }),
  );
}

async function sourceFiles(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourceFiles(path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

interface Found {
  specifier: string;
  start: number;
  typeOnly: boolean;
}

function scan(file: string, source: string): { specifiers: Found[]; environmentReads: number[] } {
  const { module, program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);

  const specifiers: Found[] = [];
  const environmentReads: number[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    specifiers.push({ specifier: moduleRequest.value, start: moduleRequest.start, typeOnly });
  }
  for (const { entries } of module.staticExports) {
    const from = entries.map((entry) => entry.moduleRequest).find((request) => request !== null);
    const typeOnly = entries.every((entry) => entry.isType);
    if (from) specifiers.push({ specifier: from.value, start: from.start, typeOnly });
  }
  new Visitor({
    ImportExpression({ source: argument, start }) {
      if (argument.type === 'Literal' && typeof argument.value === 'string') {
        specifiers.push({ specifier: argument.value, start, typeOnly: false });
      }
    },
    TSImportType({ source: argument, start }) {
      specifiers.push({ specifier: argument.value, start, typeOnly: true });
    },
    MemberExpression({ object, property, start }) {
      const name =
        property.type === 'Literal' ? property.value : 'name' in property ? property.name : undefined;
      if (name === 'env' && object.type === 'Identifier' && object.name === 'process')
        environmentReads.push(start);
    },
    ImportDeclaration({ source: argument, specifiers: names, start }) {
      const fromProcess = argument.value === 'node:process' || argument.value === 'process';
      const takesEnv = names.some(
        (name) => name.type === 'ImportSpecifier' && 'name' in name.imported && name.imported.name === 'env',
      );
      if (fromProcess && takesEnv) environmentReads.push(start);
    },
    VariableDeclarator({ id, init, start }) {
      if (id.type !== 'ObjectPattern' || init?.type !== 'Identifier' || init.name !== 'process') return;
      const takesEnv = id.properties.some(
        (property) =>
          property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === 'env',
      );
      if (takesEnv) environmentReads.push(start);
    },
  }).visit(program);
  return { specifiers, environmentReads };
}

function resolveImport(
  root: string,
  from: string,
  specifier: string,
  workspacePackages: ReadonlyMap<string, string>,
): ModuleImport['target'] {
  if (specifier.startsWith('.')) {
    const path = resolve(dirname(from), specifier);
    return existsSync(path) ? { status: 'file', path: slashed(relative(root, path)) } : { status: 'missing' };
  }
  const name = packageName(specifier);
  const folder = workspacePackages.get(name);
  return folder === undefined ? { status: 'package', name } : { status: 'workspace-package', folder };
}

/** `@scope/name/deep` is of package `@scope/name`; `node:fs/promises` of `node:fs`. */
function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
