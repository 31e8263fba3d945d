import type { HeaderSource } from './headers.ts';
import type { Protocol } from './protocol.ts';
import type { RequestFacts } from './request-facts.ts';
/** What is known of an HTTP exchange: the response only after its headers came. */
export interface Exchange {
  /** Absolute, or relative to a page. */
  readonly url: string | URL;
  /** Default `POST`. */
  readonly method?: string;
  readonly request?: Pick<RequestFacts, 'model' | 'stream' | 'input'>;
  readonly responseHeaders?: HeaderSource;
}
/**
 * - `recognised`: a call to a language model in this wire format.
 * - `candidate`: perhaps one; before the response because of its body, after it because it streams. A reader of the
 *   given protocol finds out from the first events.
 * - `other`: no call to a language model.
 *
 * `provider` is `gen_ai.provider.name`; undefined where nothing names one.
 */
export type Recognition =
  | {
      readonly status: 'recognised';
      readonly protocol: Protocol;
      readonly provider: string | undefined;
    }
  | {
      readonly status: 'candidate';
      readonly protocol: Protocol;
      readonly provider: string | undefined;
    }
  | {
      readonly status: 'other';
    };
/**
 * Which wire format an exchange speaks: from the end of its path, so that any base URL will do, then the shape of the
 * request, then what the response says of itself. Ask again once the response headers are there: they decide the
 * framing. Never throws.
 */
export declare function recogniseProtocol(exchange: Exchange): Recognition;
