/** A request as its sender made it: what is passed on, and nothing else of it. */
export interface Payload {
  /** Still compressed, if it was. */
  readonly body: Buffer;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  /** The proxies it came through, as in the header of that name. */
  readonly via: string | undefined;
}
