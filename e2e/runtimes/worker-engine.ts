import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "main", esModule = embed "main.js")],
      compatibilityDate = "2026-01-01",
      globalOutbound = "network",
    )),
    (name = "network", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
const startupMs = 30_000;

/**
 * Has workerd serve a worker and asks it once.
 *
 * @param worker one ES module.
 * @returns the text of its answer. @throws where it does not start or does not answer with 200.
 */
export async function askWorker(engine: string, worker: string, task: unknown): Promise<string> {
  const folder = dirname(worker);
  await writeFile(join(folder, 'config.capnp'), config);
  const child = spawn(engine, ['serve', '--control-fd=1', 'config.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  try {
    const port = await Promise.race([portOf(child.stdout), gone(child, () => errors)]);
    const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: JSON.stringify(task) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`workerd answered ${answer.status}: ${errors || text}`);
    return text;
  } finally {
    child.kill();
  }
}

/** It tells of each socket that it listens on, one JSON object a line. */
async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const told = JSON.parse(line) as { event: string; port?: number };
    if (told.event === 'listen' && told.port !== undefined) return told.port;
  }
  throw new Error('workerd ended before it listened');
}

function gone(child: ReturnType<typeof spawn>, errors: () => string): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}: ${errors()}`)));
    setTimeout(() => reject(new Error('workerd does not listen')), startupMs).unref();
  });
}
