/** What wants to know how a body is being read. None of its methods throws. */
export interface BodyWatch {
  /** Nothing more needs to be watched. */
  readonly ended: boolean;
  /** The application asks for more. */
  pulled(): void;
  /** Bytes are on their way to the application. */
  received(bytes: Uint8Array): void;
  /** A read was given up because its lock was released; the stream goes on. */
  released(): void;
  /** The body ended in good order. */
  finished(): void;
  failed(error: unknown): void;
  /** The application stopped reading. */
  cancelled(): void;
  /** Once `holder` is garbage, nobody can read on. */
  heldBy(holder: object): void;
}
