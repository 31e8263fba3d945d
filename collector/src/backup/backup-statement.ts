import type { ClickHouseClient } from '@clickhouse/client';
import { BackupError } from './backup-error.ts';

export interface BackupSummary {
  readonly files: number;
  readonly bytes: number;
}

interface Progress extends BackupSummary {
  readonly status: string;
  readonly error: string;
}

/**
 * Runs a BACKUP or RESTORE statement to its end, however long that takes: an answer would be waited for too long.
 *
 * @param delay resolves after that time
 * @throws BackupError with ClickHouse's own words
 */
export async function runBackupStatement(
  client: ClickHouseClient,
  statement: string,
  delay: (ms: number) => Promise<void>,
): Promise<BackupSummary> {
  const started = await client.query({ query: `${statement} ASYNC`, format: 'JSONEachRow' }).catch(refused);
  const [job] = await started.json<{ id: string }>();
  for (;;) {
    const { status, error, ...summary } = await progressOf(client, job?.id ?? '');
    if (status === 'BACKUP_CREATED' || status === 'RESTORED') return summary;
    if (/FAILED|CANCELLED/.test(status)) throw new BackupError(firstLine(error));
    await delay(200);
  }
}

async function progressOf(client: ClickHouseClient, id: string): Promise<Progress> {
  const answer = await client.query({
    query: `SELECT toString(status) AS status, error, toFloat64(num_files) AS files, toFloat64(total_size) AS bytes
            FROM system.backups WHERE id = {id:String}`,
    query_params: { id },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<Progress>();
  if (row !== undefined) return row;
  throw new BackupError('ClickHouse was restarted meanwhile and has forgotten this backup. Try again.');
}

function refused(cause: unknown): never {
  throw new BackupError(firstLine(cause instanceof Error ? cause.message : String(cause)), { cause });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
