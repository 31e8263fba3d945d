import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SubjectEntry } from './subject.ts';

export type Installed =
  | { readonly status: 'installed'; readonly versions: Readonly<Record<string, string>> }
  | { readonly status: 'failed'; readonly reason: string };

const npmArguments = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];

export function folderOf(subject: SubjectEntry): URL {
  return new URL(`subjects/${subject.folder}/`, import.meta.url);
}

/** Installs the packages of a subject into its own folder with npm, unless those very versions are there. */
export async function ensureInstalled(subject: SubjectEntry): Promise<Installed> {
  const wanted = await readJson(new URL('package.json', folderOf(subject)));
  const dependencies = Object.entries(wanted.dependencies ?? {});
  const isComplete = async () => {
    const versions = await Promise.all(dependencies.map(([name]) => versionOf(subject, name)));
    return dependencies.every(([, version], index) => versions[index] === version);
  };
  if (!(await isComplete())) {
    const problem = await npm(subject);
    if (problem !== undefined) return { status: 'failed', reason: problem };
  }
  const versions: Record<string, string> = {};
  for (const name of subject.packages) versions[name] = (await versionOf(subject, name)) ?? 'unknown';
  return { status: 'installed', versions };
}

async function versionOf(subject: SubjectEntry, name: string): Promise<string | undefined> {
  const file = new URL(`node_modules/${name}/package.json`, folderOf(subject));
  return readJson(file).then(
    ({ version }) => version,
    // Not there is an answer.
    () => undefined,
  );
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

async function readJson(file: URL): Promise<Manifest> {
  return JSON.parse(await readFile(file, 'utf8')) as Manifest;
}

/** @returns what went wrong, if anything. */
function npm(subject: SubjectEntry): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('npm', npmArguments, {
      cwd: fileURLToPath(folderOf(subject)),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => {
      complaint += text.toString();
    });
    child.once('error', (error) => resolve(`npm cannot be run: ${error.message}`));
    child.once('close', (code) => resolve(code === 0 ? undefined : firstError(complaint)));
  });
}

function firstError(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.startsWith('npm error'));
  const told = lines.find((line) => !line.includes('npm error code')) ?? 'npm install failed';
  return told.replace('npm error', '').trim();
}
