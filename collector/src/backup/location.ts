/** Where a backup is: a directory of this machine, or what ClickHouse itself reaches. */
export type Location =
  | { readonly status: 'directory'; readonly path: string }
  /** SQL, such as `S3('https://…', 'key', 'secret')`. It is the operator's own, who may do anything there. */
  | { readonly status: 'server'; readonly expression: string }
  | { readonly status: 'invalid'; readonly message: string };

const BACKUP_ENGINE = /^(Disk|S3|AzureBlobStorage|File)\s*\([^;]*\)$/s;

/** @param isEmbedded whether ClickHouse is the one that runs on this machine, as this user */
export function readLocation(text: string, isEmbedded: boolean): Location {
  if (BACKUP_ENGINE.test(text.trim())) return { status: 'server', expression: text.trim() };
  if (/^\w+\s*\(/.test(text)) {
    return {
      status: 'invalid',
      message: `ClickHouse keeps backups at Disk(…), S3(…), AzureBlobStorage(…) and File(…), not at ${text}.`,
    };
  }
  if (isEmbedded) return { status: 'directory', path: text };
  return {
    status: 'invalid',
    message: `Your ClickHouse server cannot reach ${text} on this machine. Name a place that it can, such as "Disk('backups', 'monday')" or "S3('https://…/monday', 'key', 'secret')".`,
  };
}

/** A directory as a place of the embedded server, which must be allowed there. */
export function fileExpression(path: string): string {
  return `File('${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}')`;
}
