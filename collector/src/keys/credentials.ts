/** What a request says about who sends it, as HTTP headers or gRPC metadata have it. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** `x-weir-key`, for pages whose `Authorization` is taken by something else. */
  readonly weirKey: string | undefined;
}

/** @returns the key of a request; `x-weir-key` goes first, because a bearer token may be meant for a proxy in between. */
export function secretOf({ authorization, weirKey }: Credentials): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  const header = weirKey?.trim();
  return header === undefined || header === '' ? bearer : header;
}
