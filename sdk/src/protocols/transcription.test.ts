import { describe, expect, it } from 'vitest';
import { readBody } from '../testing/read-body.ts';
import { transcription } from './transcription.ts';

const sse = (...events: readonly object[]) =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

describe('a transcription', () => {
  it('of OpenAI ends with the whole text', () => {
    const body = sse(
      { type: 'transcript.text.delta', delta: 'A ' },
      { type: 'transcript.text.delta', delta: 'weir' },
      {
        type: 'transcript.text.done',
        text: 'A weir',
        usage: { type: 'tokens', input_tokens: 14, output_tokens: 2 },
      },
    );
    expect(readBody(transcription, body)).toMatchObject({
      events: 3,
      chunks: 2,
      facts: { inputTokens: 14, outputTokens: 2, terminalEventReceived: true },
    });
  });

  it('of Mistral has other names', () => {
    const body = sse(
      { type: 'transcription.language', audio_language: 'en' },
      { type: 'transcription.text.delta', text: 'A weir' },
      {
        type: 'transcription.done',
        model: 'voxtral-mini',
        text: 'A weir',
        usage: { prompt_tokens: 4, completion_tokens: 2 },
      },
    );
    expect(readBody(transcription, body)).toMatchObject({
      events: 3,
      chunks: 1,
      facts: { responseModel: 'voxtral-mini', inputTokens: 4, outputTokens: 2, terminalEventReceived: true },
    });
  });

  it('is cut short without its end, and may be an error', () => {
    const delta = { type: 'transcript.text.delta', delta: 'A ' };
    expect(readBody(transcription, sse(delta)).facts.terminalEventReceived).toBe(false);
    const failed = sse(delta, { error: { message: 'The server had an error', type: 'server_error' } });
    expect(readBody(transcription, failed).facts.error?.code).toBe('server_error');
  });
});
