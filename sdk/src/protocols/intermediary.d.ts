import type { HeaderSource } from './headers.ts';
/** Something between this service and the provider that shows itself in the headers of a response. */
export interface Intermediary {
  readonly name: string;
  /** The header that shows it, at most 100 characters. */
  readonly evidence: string;
}
/** @returns the first intermediary that is not the provider's own edge; undefined if the headers show none. */
export declare function intermediaryOf(
  headers: HeaderSource,
  provider: string | undefined,
): Intermediary | undefined;
