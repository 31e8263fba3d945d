import { describe, expect, it } from 'vitest';
import { judgeFailureRate } from './failure-rate-threshold.ts';

const rule = { threshold: 0.1, minimumStreams: 20, minimumFailures: 5 };

function verdict(streams: number, failed: number, changes: object = {}) {
  const figures = { streams, failed, failureRate: streams === 0 ? null : failed / streams };
  return judgeFailureRate({ ...rule, ...changes }, 0, figures).verdict;
}

describe('judgeFailureRate', () => {
  it('judges nothing below the minimum volume', () => {
    expect(verdict(0, 0)).toBe('no_data');
    expect(verdict(19, 19)).toBe('no_data');
    expect(verdict(20, 20)).toBe('breach');
  });

  it('is a breach above the threshold, not at it', () => {
    expect(verdict(100, 10)).toBe('between');
    expect(verdict(100, 11)).toBe('breach');
  });

  it('is no breach with few failures, and not clear either', () => {
    expect(verdict(20, 4)).toBe('between');
    expect(verdict(20, 5)).toBe('breach');
  });

  it('is clear at four fifths of the threshold unless the rule says otherwise', () => {
    expect(verdict(100, 9)).toBe('between');
    expect(verdict(100, 8)).toBe('clear');
    expect(verdict(100, 8, { recoveryThreshold: 0.05 })).toBe('between');
    expect(verdict(100, 5, { recoveryThreshold: 0.05 })).toBe('clear');
    expect(verdict(100, 0, { recoveryThreshold: 0 })).toBe('clear');
  });
});
