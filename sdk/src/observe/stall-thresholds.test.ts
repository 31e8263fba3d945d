import { describe, expect, test } from 'vitest';
import { stallThresholdsOf } from './stall-thresholds.ts';

describe('stall thresholds', () => {
  test.each([
    ['gpt-4.1', 10],
    ['gpt-4o-mini', 10],
    ['claude-haiku-4-5', 10],
    ['o3', 45],
    ['o4-mini', 45],
    ['openai/o1-preview', 45],
    ['gpt-5-nano', 45],
    ['deepseek-reasoner', 45],
    ['deepseek-r1:8b', 45],
    ['gemini-2.5-pro', 45],
    ['kimi-k2-thinking', 45],
    [undefined, 10],
  ])('of %s wait %i s for the first output', (model, seconds) => {
    expect(stallThresholdsOf(undefined, model)).toEqual({ seconds: 10, firstOutputSeconds: seconds });
  });

  test('follow a request that asks for reasoning', () => {
    expect(stallThresholdsOf(undefined, 'claude-sonnet-5', true).firstOutputSeconds).toBe(45);
  });

  test('can be set as one number, as two, and by model', () => {
    expect(stallThresholdsOf(3, 'o3')).toEqual({ seconds: 3, firstOutputSeconds: 3 });
    expect(stallThresholdsOf({ seconds: 60 }, 'o3')).toEqual({ seconds: 60, firstOutputSeconds: 60 });
    expect(stallThresholdsOf({ firstOutputSeconds: 90 }, 'x')).toEqual({
      seconds: 10,
      firstOutputSeconds: 90,
    });
    const byModel = (model: string | undefined) => (model === 'slow' ? 30 : undefined);
    expect(stallThresholdsOf(byModel, 'slow').seconds).toBe(30);
    expect(stallThresholdsOf(byModel, 'fast').seconds).toBe(10);
  });
});
