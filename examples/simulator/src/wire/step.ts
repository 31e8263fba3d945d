import type { Frame } from './frame.ts';

/** Response headers by lower-case name. */
export type Headers = Readonly<Record<string, string>>;

/** One thing the simulator does on the wire. A fault is a sequence of these. */
export type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'respond'; readonly status: number; readonly headers: Headers }
  /** Body bytes, under the transfer encoding the headers announced. */
  | { readonly do: 'write'; readonly bytes: string | Uint8Array; readonly frames: readonly Frame[] }
  /** Bytes put on the socket as they are, past the transfer encoding. */
  | { readonly do: 'write_raw'; readonly bytes: string }
  /** A clean end: for a chunked body, the zero-length chunk. */
  | { readonly do: 'end' }
  /** FIN without a clean end of the body. */
  | { readonly do: 'close' }
  /** RST. */
  | { readonly do: 'reset' }
  /** Silence with the connection open, until the client leaves or the simulator's patience ends. */
  | { readonly do: 'hang' };
