/** Why a backup was not made or not restored. The message is a sentence for the operator that ends in what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
