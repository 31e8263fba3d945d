import type { StreamRecord } from '@weir/schemas/stream-record';
import { describe, expect, it } from 'vitest';
import { type Expected, endings, expected } from './testing/expected-recordings.ts';
import { readBody } from './testing/read-spans.ts';
import { type Instrumentation, type Recording, readRecordings } from './testing/recordings.ts';

const instrumentations = readRecordings();

function streamsOf({ requests, recordedAtMs }: Recording): StreamRecord[] {
  return requests.flatMap(({ body, encoding }) => readBody(body, encoding, { atMs: recordedAtMs }).streams);
}

function recordingOf({ name, recordings }: Instrumentation, ending: string): Recording {
  const found = recordings.find((recording) => recording.ending === ending);
  if (found === undefined) throw new Error(`${name} has no recording of ${ending}`);
  return found;
}

it('every instrumentation that is recorded is expected here, and the other way round', () => {
  expect(instrumentations.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
});

describe.each(instrumentations.map((one) => [one.title, one] as const))('%s', (_title, instrumentation) => {
  const { always, whole, timeToFirstChunk, says } = expected[instrumentation.name] as Expected;

  it.each(endings)('gives one stream for each call, and says of "%s" what its spans say', (ending) => {
    const streams = streamsOf(recordingOf(instrumentation, ending));
    expect(streams.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(
      says[ending] === '' ? [] : [says[ending]],
    );
    for (const stream of streams) expect(stream).toMatchObject(always);
  });

  it.each(['good', 'length'])('keeps what the spans of "%s" say besides', (ending) => {
    const recording = recordingOf(instrumentation, ending);
    const [stream] = streamsOf(recording);
    expect(stream).toMatchObject(whole);
    const { ttftSeconds = null } = stream ?? {};
    if (timeToFirstChunk === 'unsaid') expect(ttftSeconds).toBeNull();
    else if (timeToFirstChunk === 'said') expect(ttftSeconds).toBeGreaterThan(0.29);
    else expect(ttftSeconds).toBeLessThan(0.03);
    // The server gives the first chunk after 0.3 s; what the application sees has its own start in it.
    expect(ttftSeconds ?? 0).toBeLessThan((recording.timeToFirstChunkSeconds ?? 0) + 0.05);
  });
});
