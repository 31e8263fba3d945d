import type { Deletion, DeletionAnswer, DeletionList, ProjectRetention, Retention } from '@weir/schemas/api';
import { type CollectorApi, CollectorRefusal, collectorApi } from '../keys/collector-api.ts';
import { aligned } from '../keys/key-table.ts';
import { type Command, readCommand, usage } from './read-command.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** What was asked for, one line or more. */
  readonly print: (text: string) => void;
  /** What a person should know beside it. */
  readonly say: (text: string) => void;
  readonly delay: (ms: number) => Promise<unknown>;
}

/** @returns the exit code: 0 done, 1 the collector refused, 2 the command cannot be read */
export async function runData(args: readonly string[], around: Surroundings): Promise<number> {
  const read = readCommand(args);
  if (read.status !== 'read') {
    around.say(read.status === 'invalid' ? `${read.message}\n\n${usage}` : usage);
    return read.status === 'invalid' ? 2 : 0;
  }
  const { env } = around;
  const url = read.url ?? `http://127.0.0.1:${env.WEIR_PORT || 4318}`;
  const api = collectorApi(around.fetch, { url, password: env.WEIR_DASHBOARD_PASSWORD || undefined });
  try {
    await carryOut(read.command, api, around);
    return 0;
  } catch (error) {
    if (!(error instanceof CollectorRefusal)) throw error;
    around.say(error.message);
    return 1;
  }
}

async function carryOut(command: Command, api: CollectorApi, around: Surroundings): Promise<void> {
  switch (command.name) {
    case 'delete':
      return deleteData(command, api, around);
    case 'deletions': {
      const { deletions } = await api<DeletionList>('GET', 'deletions');
      return around.print(deletionTable(deletions));
    }
    case 'retention':
      return around.print(retentionTable(await api<Retention>('GET', 'retention')));
    case 'keep': {
      const path = `retention/${encodeURIComponent(command.project)}`;
      const kept = await api<ProjectRetention>('PUT', path, command.days);
      return around.say(
        `Project ${kept.project} keeps streams for ${kept.rawDays} days and what is counted from them for ${kept.rollupDays}. What is older is deleted within minutes.`,
      );
    }
    case 'keep-default':
      await api('DELETE', `retention/${encodeURIComponent(command.project)}`);
      return around.say(`Project ${command.project} follows the configuration again.`);
  }
}

async function deleteData(
  { input, isConfirmed }: Extract<Command, { name: 'delete' }>,
  api: CollectorApi,
  { print, say, delay }: Surroundings,
): Promise<void> {
  const { rows, deletion } = await api<DeletionAnswer>('POST', 'deletions', {
    ...input,
    dryRun: !isConfirmed,
  });
  if (deletion === null) {
    print(String(rows));
    return say(
      `There are ${rows} streams of this ${input.subject} in project ${input.project}. Delete them with --yes.`,
    );
  }
  say(`Deletion ${deletion.id} is accepted; it goes on whatever happens to this command.`);
  let current = deletion;
  while (current.status === 'waiting' || current.status === 'deleting') {
    await delay(POLL_MS);
    current = await api<Deletion>('GET', `deletions/${deletion.id}`);
    if (current.reason !== null)
      throw new CollectorRefusal(`It failed and is tried again: ${current.reason}`);
  }
  print(String(current.rows));
  say(
    `${current.rows} streams are deleted. Their old files go within a quarter of an hour: see \`npm run data -- deletions\`.`,
  );
}

const POLL_MS = 500;

function deletionTable(deletions: readonly Deletion[]): string {
  return aligned([
    ['ID', 'PROJECT', 'OF ONE', 'REQUESTED', 'STATUS', 'STREAMS', ''],
    ...deletions.map(({ id, project, subject, requestedAt, status, rows, reason }) => [
      ...[id, project, subject, minute(requestedAt), status, String(rows), reason ?? ''],
    ]),
  ]);
}

function retentionTable({ defaults, projects, state }: Retention): string {
  const { lastRun } = state;
  const days = aligned([
    ['PROJECT', 'STREAMS', 'ROLLUPS'],
    ['(others)', `${defaults.rawDays} d`, `${defaults.rollupDays} d`],
    ...projects.map(({ project, rawDays, rollupDays }) => [project, `${rawDays} d`, `${rollupDays} d`]),
  ]);
  const run =
    lastRun === null
      ? 'Retention has not run since the collector started.'
      : `Last run ${minute(lastRun.startedAt)}: ${lastRun.status}, ${lastRun.rowsDeleted} rows deleted.`;
  return `${days}\n\n${run}`;
}

function minute(iso: string): string {
  return iso.replace('T', ' ').slice(0, 16);
}
