import { describe, expect, it } from 'vitest';
import { conformanceCases, recordingsAreHere } from '../testing/recorded-streams.ts';
import { split } from '../testing/splits.ts';
import { defaultMaxFrameBytes } from './framer.ts';
import { SseFramer } from './sse.ts';

const cases = conformanceCases();

if (!recordingsAreHere) {
  describe('event-stream conformance', () => {
    it.skip('has no cases on this machine: the suite was skipped', () => {});
  });
}

describe.runIf(recordingsAreHere)('event-stream conformance', () => {
  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(30);
  });

  it.each(cases.map((example) => [example.name, example] as const))('%s', (_name, example) => {
    const body = bytesOf(example.body_b64);
    expect(events([body])).toEqual(example.expect);
    expect(events(split(body, [1]))).toEqual(example.expect);
    expect(events(split(body, [2, 3]))).toEqual(example.expect);
    if (example.chunks !== null) expect(events(example.chunks.map(bytesOf))).toEqual(example.expect);
  });
});

/** Without `finish`: the specification drops a last block that no blank line ends. */
function events(reads: readonly Uint8Array[]) {
  const found: { event: string; data: string; id: string }[] = [];
  const framer = new SseFramer(
    {
      frame: (event, data) => found.push({ event: event ?? 'message', data, id: framer.lastEventId }),
      bare: () => {},
      failure: () => {},
      errorField: () => {},
    },
    defaultMaxFrameBytes,
  );
  for (const bytes of reads) framer.push(bytes);
  return found;
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
