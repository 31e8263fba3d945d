import type { CreatedKey, IngestKey, KeyList, ProjectList } from '@weir/schemas/api';
import { type CollectorApi, CollectorRefusal, collectorApi } from './collector-api.ts';
import { aligned, keyTable } from './key-table.ts';
import { type Command, readCommand, usage } from './read-command.ts';

export interface KeysSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Results, for whoever reads the output: of `create` the key and nothing else. */
  readonly print: (text: string) => void;
  /** Everything for people. */
  readonly say: (text: string) => void;
}

/** @returns the exit code: 0 done, 1 refused, 2 not understood */
export async function runKeys(args: readonly string[], surroundings: KeysSurroundings): Promise<number> {
  const { env, print, say } = surroundings;
  const read = readCommand(args);
  if (read.status === 'help') {
    print(usage);
    return 0;
  }
  if (read.status === 'invalid') {
    say(`${read.message}\n\n${usage}`);
    return 2;
  }
  const url = read.url ?? `http://127.0.0.1:${env.WEIR_PORT || 4318}`;
  const api = collectorApi(surroundings.fetch, { url, password: env.WEIR_DASHBOARD_PASSWORD || undefined });
  try {
    await run(read.command, api, surroundings);
    return 0;
  } catch (error) {
    if (!(error instanceof CollectorRefusal)) throw error;
    say(error.message);
    return 1;
  }
}

async function run(command: Command, api: CollectorApi, { print, say }: KeysSurroundings): Promise<void> {
  switch (command.name) {
    case 'create': {
      const { required } = await api<KeyList>('GET', 'keys');
      const created = await api<CreatedKey>('POST', 'keys', command.input);
      print(created.key);
      say(
        `Key ${created.id} of project ${created.project}. It is shown this once; keep it where secrets are kept.`,
      );
      if (created.reads) say(`It reads: ask the API with it, and with project=${created.project}.`);
      else if (!required)
        say('It is the first one: from now on every sender needs a key, on this machine too.');
      return;
    }
    case 'list': {
      const query = command.project === undefined ? '' : `?project=${encodeURIComponent(command.project)}`;
      const { required, keys } = await api<KeyList>('GET', `keys${query}`);
      print(keyTable(keys));
      if (!required) say('No key is needed yet: everybody on this machine may send.');
      return;
    }
    case 'revoke': {
      const { id, label, project } = await api<IngestKey>('DELETE', `keys/${encodeURIComponent(command.id)}`);
      say(
        `Key ${id} (${label}, project ${project}) is revoked: within 5 seconds no collector takes it any more.`,
      );
      return;
    }
    case 'projects': {
      const { projects } = await api<ProjectList>('GET', 'projects');
      print(aligned([['PROJECT', 'KEYS'], ...projects.map(({ name, keys }) => [name, String(keys)])]));
    }
  }
}
