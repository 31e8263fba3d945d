import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Asks the kernel to drop the cached pages of all files below a folder; `dd` is the tool at hand that can, and needs no
 * privileges. Files that are still to be written stay.
 */
export async function dropCachedPages(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const script = 'for file; do dd if="$file" iflag=nocache count=0 status=none 2>/dev/null || true; done';
  for (let first = 0; first < files.length; first += 2_000) {
    await run('sh', ['-c', script, 'sh', ...files.slice(first, first + 2_000)]);
  }
}
