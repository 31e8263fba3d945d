import { describe, expect, it } from 'vitest';
import { createBodyReader, openaiChat, requestFacts } from '../protocols/index.ts';
import { sse } from '../testing/read-body.ts';
import { retainedBytes } from '../testing/retained-bytes.ts';

const oneMebibyte = 1024 * 1024;

describe('what is kept while a stream is open', () => {
  const chunk = (content: string) => ({
    id: 'chatcmpl-a-rather-long-id',
    model: 'a-model-with-a-long-name',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });

  it('does not grow with the number of chunks', () => {
    const bytes = retainedBytes(() => {
      const reader = createBodyReader(openaiChat);
      for (let i = 0; i < 5000; i += 1) reader.push(new TextEncoder().encode(sse(chunk(`word ${i}`))));
      return reader;
    });
    expect(bytes).toBeLessThan(oneMebibyte / 4);
  });

  it('does not hold on to a large frame that has passed', () => {
    const bytes = retainedBytes(() => {
      const reader = createBodyReader(openaiChat);
      const frame = new TextEncoder().encode(sse(chunk('A'.repeat(oneMebibyte / 2))));
      for (let at = 0; at < frame.length; at += 65_536) reader.push(frame.subarray(at, at + 65_536));
      return reader;
    });
    expect(bytes).toBeLessThan(oneMebibyte / 4);
  });

  it('does not hold on to the body of the request', () => {
    const bytes = retainedBytes(() =>
      requestFacts(
        JSON.stringify({
          model: 'a-model-with-a-long-name',
          messages: [
            {
              content: [
                {
                  type: 'image_url',
                  image_url: { url: `data:image/svg+xml;base64,${'A'.repeat(4 * oneMebibyte)}` },
                },
              ],
            },
          ],
        }),
      ),
    );
    expect(bytes).toBeLessThan(oneMebibyte);
  });
});
