import type { AnswerSource } from '../observe/observation.ts';
import {
  type AnswerFacts,
  type BodyReaderOptions,
  createBodyReader,
  type Protocol,
} from '../protocols/index.ts';

/** Everything that a body reader says about a body, as plain data. */
export interface ReadBody {
  readonly facts: AnswerFacts;
  readonly events: number;
  readonly chunks: number;
  readonly visibleChunks: number;
  readonly malformed: number;
  readonly midFrame: boolean;
  readonly broken: string | undefined;
  readonly document: string | undefined;
  readonly protocolName: string;
}

/** @param reads the body, whole or as it came. */
export function readBody(
  protocol: Protocol,
  reads: string | readonly Uint8Array[],
  options?: BodyReaderOptions,
): ReadBody {
  return readWith(createBodyReader(protocol, options), reads);
}

/** @param reader of this one body. */
export function readWith(reader: AnswerSource<Uint8Array>, reads: string | readonly Uint8Array[]): ReadBody {
  const total = { events: 0, chunks: 0, visibleChunks: 0 };
  const add = (summary: Readonly<typeof total>) => {
    total.events += summary.events;
    total.chunks += summary.chunks;
    total.visibleChunks += summary.visibleChunks;
  };
  const parts = typeof reads === 'string' ? [new TextEncoder().encode(reads)] : reads;
  for (const bytes of parts) add(reader.push(bytes));
  add(reader.finish());
  return {
    ...total,
    facts: structuredClone(reader.facts),
    malformed: reader.malformedEvents,
    midFrame: reader.midFrame,
    broken: reader.broken,
    document: reader.document,
    protocolName: reader.protocol.name,
  };
}

/** @returns the events as server-sent events; an event with a `type` is also named by it. */
export function sse(...events: readonly (object | string)[]): string {
  return events
    .map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
    .join('');
}

/** @returns the objects as lines. */
export function lines(...objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}
