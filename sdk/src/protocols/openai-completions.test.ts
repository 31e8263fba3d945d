import { describe, expect, it } from 'vitest';
import { readBody, sse } from '../testing/read-body.ts';
import { openaiCompletions } from './openai-completions.ts';

describe('a stream of legacy completions', () => {
  it('ends with the finish reason of every choice', () => {
    const choice = (index: number, text: string, finish_reason: string | null) => ({
      id: 'cmpl-1',
      model: 'm',
      choices: [{ index, text, finish_reason }],
    });
    const body = sse(
      choice(0, 'a', null),
      choice(1, 'b', null),
      choice(0, '', 'stop'),
      choice(1, '', 'length'),
    );
    expect(readBody(openaiCompletions, body)).toMatchObject({
      events: 4,
      chunks: 2,
      facts: { responseId: 'cmpl-1', ending: 'length', finishReasonsRaw: ['stop', 'length'] },
    });
  });

  it('of Writer is text without choices, and without an end', () => {
    const read = readBody(openaiCompletions, sse({ value: 'a' }, { value: 'b' }));
    expect(read).toMatchObject({ events: 2, chunks: 2 });
    expect(read.facts.ending).toBeUndefined();
  });
});
