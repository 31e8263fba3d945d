import type { BreakdownRow } from '@weir/schemas/api';
import { describe, expect, test } from 'vitest';
import {
  describeStreams,
  findConcentrations,
  findCulprits,
  type Sentence,
  type SentenceFacts,
} from './sentence.ts';

function textOf({ parts }: Sentence): string {
  return parts
    .map(({ text }) => text)
    .join('')
    .replaceAll('\u00a0', ' ');
}

const nothing = { streams: 0, failed: 0, aborted: 0 };

function facts(over: Partial<SentenceFacts>): SentenceFacts {
  return {
    current: nothing,
    before: nothing,
    breakdowns: {},
    range: 'in the last hour',
    previously: 'the hour before',
    filtered: false,
    byOutcome: false,
    ...over,
  };
}

function row(key: string, streams: number, failed: number): BreakdownRow {
  const percentiles = { p50: null, p95: null, p99: null };
  return {
    key,
    streams,
    completed: streams - failed,
    limited: 0,
    failed,
    lost: 0,
    aborted: 0,
    frustrated: 0,
    unknown: 0,
    failureRate: failed / streams,
    failureRateInterval: null,
    ttftSeconds: percentiles,
    maxGapSeconds: percentiles,
    previous: { streams: 0, failed: 0, failureRate: null },
  };
}

const steady = { streams: 48_210, failed: 620, aborted: 2_000 };

describe('without a rate to speak of', () => {
  test('no streams', () => {
    expect(textOf(describeStreams(facts({})))).toBe('No streams ended in the last hour.');
  });

  test('no streams, where there were some', () => {
    const sentence = describeStreams(
      facts({ before: { streams: 4_812, failed: 3, aborted: 0 }, filtered: true }),
    );
    expect(textOf(sentence)).toBe(
      'No matching streams ended in the last hour, after 4,812 in the hour before.',
    );
    expect(sentence.mood).toBe('silent');
  });

  test('only aborted ones', () => {
    expect(textOf(describeStreams(facts({ current: { streams: 12, failed: 0, aborted: 12 } })))).toBe(
      'All 12 streams in the last hour were aborted by their reader.',
    );
  });

  test('too few to call it a rate', () => {
    expect(textOf(describeStreams(facts({ current: { streams: 7, failed: 2, aborted: 0 } })))).toBe(
      '2 of 7 streams failed in the last hour: too few to call a rate.',
    );
  });

  test('a filter on outcomes leaves only how many', () => {
    const current = { streams: 98, failed: 98, aborted: 0 };
    const asked = { current, filtered: true, byOutcome: true };
    expect(textOf(describeStreams(facts({ ...asked, before: { ...nothing, streams: 90 } })))).toBe(
      '98 matching streams ended in the last hour, about as many as in the hour before (90).',
    );
    expect(textOf(describeStreams(facts({ ...asked, before: { ...nothing, streams: 20 } })))).toBe(
      '98 matching streams ended in the last hour, up from 20 in the hour before.',
    );
    expect(textOf(describeStreams(facts({ ...asked, before: nothing })))).toBe(
      '98 matching streams ended in the last hour, after none in the hour before.',
    );
    expect(textOf(describeStreams(facts({ ...asked, current: { ...nothing, streams: 1 } })))).toBe(
      '1 matching stream ended in the last hour.',
    );
  });
});

describe('compared with the period before', () => {
  test('about the same', () => {
    const sentence = describeStreams(facts({ current: steady, before: { ...steady, failed: 640 } }));
    expect(textOf(sentence)).toBe(
      '1.3 % of 48,210 streams failed in the last hour, about the same as the hour before.',
    );
    expect(sentence.mood).toBe('calm');
  });

  test('a multiple of it', () => {
    const sentence = describeStreams(facts({ current: { ...steady, failed: 1_495 }, before: steady }));
    expect(textOf(sentence)).toBe(
      '3.2 % of 48,210 streams failed in the last hour, 2.4× the hour before. No single model, attachment or network stands out.',
    );
    expect(sentence.mood).toBe('worse');
  });

  test('somewhat more', () => {
    expect(textOf(describeStreams(facts({ current: { ...steady, failed: 780 }, before: steady })))).toMatch(
      /^1\.7 % of 48,210 streams failed in the last hour, up from 1\.3 % in the hour before\./,
    );
  });

  test('less', () => {
    const sentence = describeStreams(facts({ current: { ...steady, failed: 310 }, before: steady }));
    expect(textOf(sentence)).toBe(
      '0.67 % of 48,210 streams failed in the last hour, down from 1.3 % in the hour before.',
    );
    expect(sentence.mood).toBe('better');
  });

  test('none, after some', () => {
    expect(textOf(describeStreams(facts({ current: { ...steady, failed: 0 }, before: steady })))).toBe(
      'None of 48,210 streams failed in the last hour, after 1.3 % in the hour before.',
    );
  });

  test('none, as before', () => {
    const calm = { streams: 400, failed: 0, aborted: 0 };
    expect(textOf(describeStreams(facts({ current: calm, before: calm })))).toBe(
      'None of 400 streams failed in the last hour.',
    );
  });

  test('some, after none', () => {
    const current = { streams: 400, failed: 40, aborted: 0 };
    const sentence = describeStreams(facts({ current, before: { ...current, failed: 0 } }));
    expect(textOf(sentence)).toMatch(
      /^10 % of 400 streams failed in the last hour, after none in the hour before\./,
    );
  });

  test('nothing is compared with a period that had too few', () => {
    const current = { streams: 400, failed: 40, aborted: 0 };
    expect(textOf(describeStreams(facts({ current, before: { streams: 5, failed: 0, aborted: 0 } })))).toBe(
      '10 % of 400 streams failed in the last hour.',
    );
  });
});

describe('who is to blame', () => {
  const current = { streams: 10_000, failed: 500, aborted: 0 };
  const before = { streams: 10_000, failed: 100, aborted: 0 };

  test('names the values that hold most of the excess, each a filter to click', () => {
    const sentence = describeStreams(
      facts({
        current,
        before,
        breakdowns: {
          model: [row('claude-sonnet', 3_000, 420), row('gpt-5', 7_000, 80)],
          attachment: [row('pdf', 1_000, 340), row('none', 9_000, 160)],
          network: [row('wifi', 5_000, 260), row('cell', 5_000, 240)],
        },
      }),
    );
    expect(textOf(sentence)).toBe(
      '5 % of 10,000 streams failed in the last hour, 5× the hour before. Nearly all of the extra failures are on claude-sonnet, 83 % come with PDFs.',
    );
    expect(sentence.parts.flatMap(({ filter }) => (filter === undefined ? [] : [filter]))).toEqual([
      { dimension: 'model', value: 'claude-sonnet', exclude: false },
      { dimension: 'attachment', value: 'pdf', exclude: false },
    ]);
  });

  test('a value that nearly all streams have explains nothing', () => {
    expect(
      findCulprits({
        current,
        before,
        breakdowns: { model: [row('only', 9_500, 490), row('rare', 500, 10)] },
      }),
    ).toEqual([]);
  });

  test('a large value that fails no more than the rest explains nothing', () => {
    expect(
      findCulprits({
        current,
        before,
        breakdowns: { network: [row('wifi', 7_000, 350), row('cell', 3_000, 150)] },
      }),
    ).toEqual([]);
  });

  test('unknown is not a culprit', () => {
    expect(findCulprits({ current, before, breakdowns: { network: [row('unknown', 2_000, 480)] } })).toEqual(
      [],
    );
  });

  test('without a period to compare with, it says where the failures gather', () => {
    const breakdowns = {
      attachment: [row('pdf', 500, 220), row('none', 1_500, 60)],
      model: [row('claude-sonnet', 700, 200), row('gpt-5', 1_300, 80)],
    };
    const asked = { current: { streams: 2_000, failed: 280, aborted: 0 }, breakdowns };
    expect(textOf(describeStreams(facts(asked)))).toBe(
      '14 % of 2,000 streams failed in the last hour. 79 % of the failures come with PDFs, 71 % are on claude-sonnet.',
    );
    expect(
      findConcentrations({
        ...asked,
        before: nothing,
        breakdowns: { model: [row('a', 900, 126), row('b', 1_100, 154)] },
      }),
    ).toEqual([]);
  });

  test('nobody is blamed while nothing is worse', () => {
    expect(
      textOf(describeStreams(facts({ current: before, before, breakdowns: { model: [row('m', 500, 90)] } }))),
    ).not.toContain('extra');
  });
});
