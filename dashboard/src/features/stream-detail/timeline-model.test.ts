import { describe, expect, test } from 'vitest';
import { streamWith, truncatedStream } from './testing/stream.ts';
import { placeLabels, timelineOf } from './timeline-model.ts';

describe('a stream that was cut', () => {
  const timeline = timelineOf(truncatedStream);

  test('is a row of phases without holes, from the call to the end', () => {
    expect(timeline.phases.map(({ kind, fromSeconds, toSeconds }) => [kind, fromSeconds, toSeconds])).toEqual(
      [
        ['waiting', 0, 0.8],
        ['waiting', 0.8, 1.5],
        ['thinking', 1.5, 4],
        ['reading', 4, 12],
        ['silence', 12, 72],
      ],
    );
  });

  test('leaves room for the end that never came, by the name it has on the wire', () => {
    expect(timeline.ending).toMatchObject({ broken: true, missing: 'message_stop' });
    expect(timeline.spanSeconds).toBeGreaterThan(timeline.endSeconds);
  });

  test('draws the chunks whose time is known and counts the others', () => {
    expect(timeline.ticks).toEqual([9, 10, 11, 12]);
    expect(timeline.untimed).toEqual({ chunks: 396, fromSeconds: 1.5, toSeconds: 9 });
  });

  test('a gap above the threshold is a stall', () => {
    expect(timeline.worstGap).toEqual({ fromSeconds: 0.7, toSeconds: 11.7, stall: true });
  });

  test('milestones that are not known are left out', () => {
    expect(timeline.milestones.map(({ key }) => key)).toEqual([
      'call',
      'headers',
      'firstByte',
      'firstChunk',
      'firstOutput',
      'lastChunk',
      'end',
    ]);
  });
});

test('a refused request is all waiting, and no terminal event was due', () => {
  const timeline = timelineOf(
    streamWith({
      outcome: 'failed',
      reason: 'rate_limited',
      durationSeconds: 0.4,
      timeToHeadersSeconds: 0.38,
      terminalEventReceived: false,
    }),
  );
  expect(timeline.phases.map(({ kind }) => kind)).toEqual(['waiting', 'waiting']);
  expect(timeline.ending.missing).toBeUndefined();
  expect(timeline.untimed).toBeUndefined();
});

test('a completed stream is not broken and ends where it ends', () => {
  const timeline = timelineOf(
    streamWith({
      outcome: 'completed',
      reason: 'completed',
      durationSeconds: 8,
      ttftSeconds: 1,
      timeToLastChunkSeconds: 8,
      chunks: 40,
    }),
  );
  expect(timeline.ending.broken).toBe(false);
  expect(timeline.spanSeconds).toBe(8);
  expect(timeline.untimed).toEqual({ chunks: 40, fromSeconds: 1, toSeconds: 8 });
});

test('a span that knows nothing is drawn as nothing, without failing', () => {
  const timeline = timelineOf(streamWith({ reason: 'unknown' }));
  expect(timeline.spanSeconds).toBe(0);
  expect(timeline.phases).toEqual([]);
});

test('labels go to the first row that is free, and stay inside', () => {
  const placed = placeLabels(
    [0, 20, 300, 400],
    (centre) => centre,
    () => 60,
    400,
  );
  expect(placed.map(({ row, left }) => [row, left])).toEqual([
    [0, 0],
    [1, 0],
    [0, 270],
    [0, 340],
  ]);
});
