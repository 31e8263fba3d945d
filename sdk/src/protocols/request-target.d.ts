/** Where a request goes, without its query's values. */
export interface Target {
  /** '' for a relative URL. */
  readonly host: string;
  readonly port: string;
  /** Without a trailing slash. */
  readonly path: string;
  readonly query: URLSearchParams;
}
/** Never throws: what is no URL is all path. */
export declare function parseTarget(url: string | URL): Target;
