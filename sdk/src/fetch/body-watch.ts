/**
 * What wants to know how a body is being read. None of its methods throws.
 *
 * @typeParam T what is read: bytes, or events that a library has parsed.
 */
export interface BodyWatch<T = Uint8Array> {
  /** Nothing more needs to be watched. */
  readonly ended: boolean;
  /** The application asks for more. */
  pulled(): void;
  /** Something is on its way to the application. */
  received(item: T): void;
  /** A read was given up because its lock was released; the stream goes on. */
  released(): void;
  /** The body ended in good order. */
  finished(): void;
  failed(error: unknown): void;
  /** The application stopped reading. */
  cancelled(): void;
  /** Once `holder` is garbage, nobody can read on; a later holder takes the place of an earlier one. */
  heldBy(holder: object): void;
}
