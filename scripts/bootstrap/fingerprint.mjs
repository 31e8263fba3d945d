import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** Folders that hold results, not sources. */
const RESULTS = new Set(['node_modules', 'dist', 'out', '.toolchain', '.git']);

/**
 * One hash of the names and contents of files.
 *
 * @param {string} root what the names are relative to
 * @param {string[]} files absolute paths
 * @param {string[]} more anything else that the result depends on
 */
export async function fingerprint(root, files, more = []) {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const file of [...files].sort()) {
    hash.update(`\0${relative(root, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}

/**
 * Every file below a folder that is a source.
 *
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
export async function sourcesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return RESULTS.has(entry.name) ? [] : sourcesIn(path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

/**
 * Whether a step's result was made from exactly these inputs.
 *
 * @param {string} stamp
 * @param {string} hash
 */
export async function isCurrent(stamp, hash) {
  return (await readFile(stamp, 'utf8').catch(() => '')) === hash;
}

/**
 * @param {string} stamp
 * @param {string} hash
 */
export async function markCurrent(stamp, hash) {
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, hash);
}
