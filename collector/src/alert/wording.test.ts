import { describe, expect, it } from 'vitest';
import { clockTime, duration, filterWords, percent, valueWords, wholeNumber } from './wording.ts';

describe('wording', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '0.04 %'],
    [0.00123, '0.12 %'],
    [0.031, '3.1 %'],
    [0.0999, '10 %'],
    [0.14806, '14.8 %'],
    [0.9, '90 %'],
    [0.99972, '100 %'],
    [1, '100 %'],
  ])('writes the rate %d as %s', (rate, text) => {
    expect(percent(rate)).toBe(text);
  });

  it.each([
    [1, '1 second'],
    [60, '1 minute'],
    [90, '90 seconds'],
    [300, '5 minutes'],
    [3600, '1 hour'],
    [5400, '1 hour 30 minutes'],
    [86_400, '24 hours'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('groups digits and rounds estimates', () => {
    expect(wholeNumber(48_210.4)).toBe('48,210');
  });

  it('writes the time with its zone', () => {
    expect(clockTime(Date.UTC(2026, 10, 20, 2, 31, 5))).toBe('02:31:05 UTC');
  });

  it('says filters in words', () => {
    expect(filterWords(['model:gpt-5', 'model:gpt-5-mini', '!network:wifi', 'dimension.tenant:a:b'])).toBe(
      'model gpt-5 or gpt-5-mini, network not wifi, dimension.tenant a:b',
    );
    expect(filterWords([])).toBe('');
  });

  it.each([
    ['proxy', 'true', 'behind a proxy'],
    ['proxy', 'unknown', 'proxy unknown'],
    ['serviceVersion', '2.1', 'service version 2.1'],
    ['attachment', 'pdf', 'attachment pdf'],
  ])('says %s %s as "%s"', (dimension, value, words) => {
    expect(valueWords(dimension, value)).toBe(words);
  });
});
