/**
 * A request body without its bulk: strings longer than `maxTextChars` are replaced by `LongText`, numbers are left
 * out. A body can be tens of megabytes of base64; this walks it once, jumping from quote to quote, and keeps next to
 * nothing of it (`bench/sdk-requests.ts` has the figures against `JSON.parse`).
 */
export type Skeleton = string | boolean | null | undefined | LongText | readonly Skeleton[] | SkeletonObject;
export interface SkeletonObject {
  readonly [key: string]: Skeleton;
}
/** A long string, by its beginning and its size. */
export declare class LongText {
  /** The first characters, as they stand in the JSON text. */
  readonly head: string;
  /** The last two characters: the padding of base64. */
  readonly tail: string;
  /** Length as it stands in the JSON text: for base64 and URLs the length of the string itself. */
  readonly length: number;
  constructor(json: string, start: number, end: number);
}
/** @returns undefined if the text is no JSON, is nested too deeply or holds too many values. */
export declare function jsonSkeleton(json: string): Skeleton;
