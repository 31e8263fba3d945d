import type { Protocol } from './protocol.ts';
/**
 * A stream of unknown origin. The first events that look like a known wire format turn the reader into one of that
 * format; until then, and for formats nobody knows, it looks for what is common: text under the usual keys, a finish
 * reason, an error, an event that is named like an end. What it cannot know stays unknown.
 */
export declare const genericSse: Protocol;
export declare const genericNdjson: Protocol;
