/** Reading of parsed JSON of unknown shape: each function answers undefined where the shape is another. */
export type JsonObject = {
  readonly [key: string]: unknown;
};
export declare function asObject(value: unknown): JsonObject | undefined;
export declare function asArray(value: unknown): readonly unknown[];
/** @returns a string that is not empty. */
export declare function asText(value: unknown): string | undefined;
/** @returns a count: a whole number that is not negative. Some providers send counts as doubles (`6.0`). */
export declare function asCount(value: unknown): number | undefined;
export declare function parseJson(text: string):
  | {
      status: 'ok';
      value: unknown;
    }
  | {
      status: 'malformed';
    };
