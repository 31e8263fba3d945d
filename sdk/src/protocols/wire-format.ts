import type { Framers } from '../framing/framer.ts';
import type { FormatMark } from './generic-reader.ts';
import type { Framing, Protocol } from './protocol.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Target } from './request-target.ts';

/** What of a request tells its wire format. */
export type RequestHint = Pick<RequestFacts, 'model' | 'stream' | 'input'>;

/** Calls that go to a language model, by their path. */
export interface Route {
  /** Matched against the whole path without a trailing slash; ends of paths, so that any base URL will do. */
  readonly path: RegExp;
  /** Absent where the model decides: its events tell. */
  readonly protocol?: Protocol;
  readonly method?: 'GET';
  /** A condition for paths that others use as well. */
  readonly when?: (target: Target, request: RequestHint | undefined) => boolean;
}

/** A wire format, and all that it is known by. */
export interface WireFormat {
  readonly routes?: readonly Route[];
  readonly marks?: readonly FormatMark[];
  /** Response headers that nothing else sends. */
  readonly headers?: readonly (readonly [name: string, Protocol])[];
  /** The same format in another framing, which the response decides. */
  readonly variants?: readonly (readonly [asked: Protocol, answered: Protocol])[];
  /** What a framing that only this format uses stands for where nothing else tells. */
  readonly byFraming?: { readonly [F in Framing]?: Protocol };
  /** Framings besides server-sent events and lines. */
  readonly framers?: Framers;
}
