/** Why the database cannot be used. Closed: a caller may switch over it. */
export type EngineErrorCode =
  | 'platform-unsupported'
  | 'library-missing'
  | 'data-dir-not-writable'
  | 'data-dir-locked'
  | 'start-failed'
  | 'unreachable'
  | 'access-denied'
  | 'migration-files-invalid'
  | 'migration-changed'
  | 'migration-failed'
  | 'database-newer';

/** The message is one sentence for the operator that ends in what to do; `cause` keeps the original. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
