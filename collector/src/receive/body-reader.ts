import type { OtlpEncoding } from './otlp-encoding.ts';
import type { ReadRequest, RequestReader } from './read-request.ts';

/** A decompressed body, on its way to become a batch. */
export interface Body {
  /** Whoever reads it may take its memory: use that of the answer from then on. */
  readonly bytes: Buffer;
  readonly encoding: OtlpEncoding;
  readonly project: string;
}

/** `lost`: what read it ended before it was done; nothing of it is taken, and it may be sent again. */
export type ReadBody =
  | {
      readonly status: 'read';
      readonly bytes: Buffer;
      /** Leaves out what was taken before. Append the batch before anything else can run. */
      claim(): ReadRequest;
    }
  | { readonly status: 'lost' };

/** Reads bodies, on this thread or on others. */
export type BodyReader = (body: Body) => ReadBody | Promise<ReadBody>;

export function readHere(read: RequestReader): BodyReader {
  return ({ bytes, encoding, project }) => ({
    status: 'read',
    bytes,
    claim: () => read(bytes, encoding, project),
  });
}
