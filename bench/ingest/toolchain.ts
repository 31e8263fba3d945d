import { spawn } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What of others is measured, and made once: in `node_modules`, which is neither kept in git nor packed. */
const CACHE = fileURLToPath(new URL('../node_modules/.cache/ingest/', import.meta.url));

/** A program of another language; `reason` in one sentence when it cannot be made here. */
export type Tool =
  | { readonly status: 'available'; readonly path: string }
  | { readonly status: 'missing'; readonly reason: string };

const OTELCOL_VERSION = 'v0.161.0';
const OTELCOL_RECIPE = fileURLToPath(new URL('otelcol/builder.yaml', import.meta.url));
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** The OpenTelemetry Collector with the components of `otelcol/builder.yaml`; takes minutes the first time. */
export function buildOtelcol(): Promise<Tool> {
  const directory = join(CACHE, `otelcol-${OTELCOL_VERSION}`);
  return made(join(directory, 'otelcol'), async () => {
    const builder = await goInstall(
      `go.opentelemetry.io/collector/cmd/builder@${OTELCOL_VERSION}`,
      'builder',
    );
    const recipe = await readFile(OTELCOL_RECIPE, 'utf8');
    const config = join(CACHE, 'otelcol-builder.yaml');
    await writeFile(config, recipe.replace(/^dist:$/m, `dist:\n  output_path: ${JSON.stringify(directory)}`));
    await run(builder, ['--config', config]);
  });
}

/** OpenTelemetry's own sender of spans, with the Go exporter. */
export function buildTelemetrygen(): Promise<Tool> {
  return made(join(CACHE, 'bin', 'telemetrygen'), async () => {
    await goInstall(`${CONTRIB}/cmd/telemetrygen@${OTELCOL_VERSION}`, 'telemetrygen');
  });
}

/** A folder with the Python SDK and its OTLP exporter, for `PYTHONPATH`. */
export function installPythonExporter(): Promise<Tool> {
  const directory = join(CACHE, 'python');
  return made(directory, async () => {
    const packages = ['opentelemetry-sdk', 'opentelemetry-exporter-otlp-proto-http'];
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', directory, ...packages]);
  });
}

async function made(path: string, make: () => Promise<void>): Promise<Tool> {
  try {
    await access(path).catch(async () => {
      await mkdir(dirname(path), { recursive: true });
      await make();
    });
    return { status: 'available', path };
  } catch (error) {
    return { status: 'missing', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns the path of the program */
async function goInstall(module: string, name: string): Promise<string> {
  const bin = join(CACHE, 'bin');
  await run('go', ['install', module], { GOBIN: bin });
  return join(bin, name);
}

const SAID_CHARACTERS = 400;

/** Runs to its end; throws with the last words of a command that failed. */
export function run(
  command: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    // Where Go's own installer puts it, which is on few search paths.
    const path = `${process.env.PATH}:/usr/local/go/bin`;
    const child = spawn(command, parameters, {
      env: { ...process.env, PATH: path, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-SAID_CHARACTERS);
    });
    child.once('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${said.trim()}`)),
    );
  });
}
