import type { DeltaKeys, EventKind } from '../protocols/protocol.ts';
/**
 * Recognises deltas without parsing them. Nearly all events of an answer are equal but for one string of content, so
 * an event is compared with the text of deltas that were parsed before: equal outside the strings and numbers that
 * the protocol names means equal in kind, and nothing else in it can be news. Measured on Node 24 for a 262-byte
 * chat completion chunk: 0.09 us against 0.66 us for `JSON.parse`.
 */
export interface DeltaShapes {
  /** @returns the kind of a known delta, undefined if the payload must be parsed. */
  match(payload: string): EventKind | undefined;
  /** Remembers a payload that was parsed and found to be content. */
  learn(payload: string, kind: EventKind): void;
  forget(): void;
}
export declare function createDeltaShapes(keys: DeltaKeys | undefined): DeltaShapes;
