import type { BodyFault, DocumentKind, Framing } from '../protocols/protocol.ts';

/** Receives what a framer cuts out of a body. */
export interface FrameSink {
  /**
   * @param event the frame's event name, where the framing has one.
   * @param complete false for a last frame that the end of the body cut off or left unterminated.
   */
  frame(event: string | undefined, payload: string, complete: boolean): void;
  /** A JSON value that stands bare where frames were due. */
  bare(json: string): void;
  /** The transport's own error frame. */
  failure(code: string, payload: string): void;
  /** A field named `error`, which is an error but no frame. */
  errorField(payload: string): void;
}

/** Cuts the bytes of a body into frames. Keeps an unfinished frame and nothing else. */
export interface Framer {
  readonly broken: BodyFault | undefined;
  readonly midFrame: boolean;
  /** A frame that began now would be cut out as the one before it was; absent where frames carry lengths. */
  readonly atFrameStart?: boolean;
  /** Pieces of text in which bytes that are no UTF-8 were replaced; absent where frames carry lengths. */
  readonly replacements?: number;
  readonly document: DocumentKind | undefined;
  readonly lastEventId: string;
  push(bytes: Uint8Array): void;
  finish(): void;
}

export type FramerClass = new (sink: FrameSink, maxFrameBytes: number) => Framer;

export type Framers = { readonly [F in Framing]?: FramerClass };

/**
 * The largest unfinished frame that is kept. Frames of text deltas stay under a few KiB; an image or audio delta
 * carries one whole file as base64, and the largest that providers send whole (4K PNG) come to 5 or 6 MiB.
 */
export const defaultMaxFrameBytes: number = 8 * 1024 * 1024;
