import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModules } from './module-graph.ts';
import { CHECKED_PACKAGES, findViolations } from './rules.ts';

export type LayerCheck =
  | { status: 'clean'; modules: number }
  | { status: 'broken'; violations: string[] }
  /** Nothing was checked there: the folder moved, or the check looks at the wrong one. */
  | { status: 'nothing-seen'; folders: string[] };

/** Reads the import graph of the workspace at `root` and holds it to the rules. */
export async function checkLayers(root: string): Promise<LayerCheck> {
  const named = await Promise.all(
    CHECKED_PACKAGES.map(async (folder) => [await nameOf(root, folder), folder] as const),
  );
  const workspacePackages = new Map(named);
  const modules = await readModules(root, CHECKED_PACKAGES, workspacePackages);

  const unseen = CHECKED_PACKAGES.filter(
    (folder) => !modules.some(({ path }) => path.startsWith(`${folder}/`)),
  );
  if (unseen.length > 0) return { status: 'nothing-seen', folders: unseen };
  const violations = findViolations(modules);
  return violations.length > 0
    ? { status: 'broken', violations }
    : { status: 'clean', modules: modules.length };
}

async function nameOf(root: string, folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  if (
    typeof manifest === 'object' &&
    manifest !== null &&
    'name' in manifest &&
    typeof manifest.name === 'string'
  ) {
    return manifest.name;
  }
  throw new Error(`${folder}/package.json has no name`);
}
