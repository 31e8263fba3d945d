import { describe, expect, it } from 'vitest';
import { lines, readBody } from '../testing/read-body.ts';
import { ollama } from './ollama.ts';

const at = (n: number) => ({ model: 'llama3', created_at: `2026-05-24T20:26:46.${n}Z` });
const chat = (message: object, n = 1) => ({
  ...at(n),
  message: { role: 'assistant', ...message },
  done: false,
});

describe('an Ollama stream', () => {
  it('of a chat ends with done', () => {
    const body = lines(chat({ content: 'a' }, 1), chat({ content: 'b' }, 2), chat({ content: 'c' }, 3), {
      ...at(4),
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 11,
      eval_count: 3,
    });
    expect(readBody(ollama, body)).toMatchObject({
      events: 4,
      chunks: 3,
      facts: {
        responseModel: 'llama3',
        inputTokens: 11,
        outputTokens: 3,
        ending: 'completed',
        terminalEventReceived: true,
      },
    });
  });

  it('of generate carries its text in response', () => {
    const body = lines(
      { ...at(1), response: 'a', done: false },
      { ...at(2), response: '', done: true, done_reason: 'length' },
    );
    expect(readBody(ollama, body)).toMatchObject({ chunks: 1, facts: { ending: 'length' } });
  });

  it('shows thinking as reasoning, tool calls as content', () => {
    const body = lines(
      chat({ content: '', thinking: 'hm' }),
      chat({ content: '', tool_calls: [{ function: { name: 'f' } }] }),
    );
    expect(readBody(ollama, body)).toMatchObject({ chunks: 2, visibleChunks: 1 });
  });

  it('fails with an error in place of an object', () => {
    const body = lines(chat({ content: 'a' }), { error: 'model runner has unexpectedly stopped' });
    expect(readBody(ollama, body).facts).toMatchObject({ error: { code: '', reason: 'provider_error' } });
  });

  it('that is cut inside a line is unfinished', () => {
    expect(readBody(ollama, `${lines(chat({ content: 'a' }))}{"model":"lla`)).toMatchObject({
      malformed: 0,
      midFrame: true,
    });
  });
});
