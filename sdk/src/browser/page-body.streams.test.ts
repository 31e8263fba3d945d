import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genericSse, recogniseProtocol } from '../protocols/index.ts';
import { readBody } from '../testing/read-body.ts';
import { bodyOf, conformanceCases, recordedStreams, recordingsAreHere } from '../testing/recorded-streams.ts';
import { readSizes, split } from '../testing/splits.ts';
import { readInPage } from './testing/read-in-page.ts';

if (!recordingsAreHere) {
  describe('recorded streams in a page', () => {
    it.skip('are not on this machine: the suite was skipped', () => {});
  });
}

const streams = recordedStreams().entries.flatMap((entry) => {
  const found = recogniseProtocol({
    url: entry.http.url ?? '',
    responseHeaders: new Headers({ 'content-type': entry.http.content_type ?? 'text/event-stream' }),
  });
  const protocol = found.status === 'other' ? genericSse : found.protocol;
  return protocol.framing === 'sse' || protocol.framing === 'ndjson' ? [{ entry, protocol }] : [];
});

describe.runIf(recordingsAreHere)('recorded streams in a page', () => {
  it('are enough', () => {
    expect(streams.length).toBeGreaterThan(90);
  });

  it.each(streams.map((stream) => [stream.entry.file, stream] as const))(
    '%s says what it says to a service',
    (_file, stream) => {
      const { entry, protocol } = stream;
      const body = bodyOf(entry);
      const inService = readBody(protocol, [body]);
      expect(readInPage(protocol, [body])).toEqual(inService);
      fc.assert(
        fc.property(readSizes, (sizes) => {
          expect(readInPage(protocol, split(body, sizes))).toEqual(inService);
        }),
        { numRuns: 3 },
      );
    },
  );

  it.each(conformanceCases().map((example) => [example.name, example] as const))('%s', (_name, example) => {
    const body = new Uint8Array(Buffer.from(example.body_b64, 'base64'));
    const inService = readBody(genericSse, [body]);
    expect(readInPage(genericSse, [body])).toEqual(inService);
    expect(readInPage(genericSse, split(body, [1]))).toEqual(inService);
  });
});
