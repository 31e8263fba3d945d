import { formats } from './formats.ts';
import { createGenericProtocols, type GenericProtocols } from './generic-reader.ts';
import type { Protocol } from './protocol.ts';

/** Streams of unknown origin, which may turn out to be in any of the known wire formats. */
export const generic: GenericProtocols = createGenericProtocols(
  formats.flatMap((format) => format.marks ?? []),
);

export const genericSse: Protocol = generic.sse;
export const genericNdjson: Protocol = generic.ndjson;
