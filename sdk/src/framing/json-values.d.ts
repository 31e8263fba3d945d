import type { BodyFault } from '../protocols/protocol.ts';
/** Cuts text into JSON values; the elements of an array at the top count each as a value. */
export interface JsonValues {
  /** A value or the array at the top has begun and not ended. */
  readonly open: boolean;
  readonly broken: BodyFault | undefined;
  /** Text between values is skipped. */
  push(text: string): void;
  /** Forgets a value that has not ended. */
  abandon(): void;
}
/** @param onValue called with the text of each complete object or nested array. */
export declare function createJsonValues(onValue: (json: string) => void, maxChars: number): JsonValues;
