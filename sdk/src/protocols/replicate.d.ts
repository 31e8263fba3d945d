import type { Protocol } from './protocol.ts';
/** Prediction streams: https://replicate.com/docs/topics/predictions/streaming. Payloads are plain text. */
export declare const replicate: Protocol;
