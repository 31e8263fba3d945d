import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickHouseAddress } from './clickhouse-client.ts';
import { ENGINE_USER, isEngineConfig } from './engine-config.ts';

/**
 * Finds the embedded server that a running collector has on a data directory. Whoever can read the directory owns it, so
 * this opens no door that is closed.
 *
 * @param answers true once the server at the address answers with these credentials
 * @returns undefined when none runs there
 */
export async function findEmbeddedServer(
  dataDir: string,
  answers: (address: ClickHouseAddress) => Promise<boolean>,
): Promise<ClickHouseAddress | undefined> {
  const names = await readdir(dataDir).catch((): string[] => []);
  for (const name of names.filter(isEngineConfig)) {
    const address = addressIn(await readFile(join(dataDir, name), 'utf8').catch(() => ''));
    if (address !== undefined && (await answers(address))) return address;
  }
  return undefined;
}

/** Reads back what `engineConfig` wrote. */
function addressIn(config: string): ClickHouseAddress | undefined {
  const port = /<http_port>(\d+)<\/http_port>/.exec(config)?.[1];
  const credentials = /<Authorization>Basic ([\w+/=]+)<\/Authorization>/.exec(config)?.[1];
  if (port === undefined || credentials === undefined) return undefined;
  const password = Buffer.from(credentials, 'base64').toString().slice(`${ENGINE_USER}:`.length);
  return { url: `http://127.0.0.1:${port}`, username: ENGINE_USER, password };
}
