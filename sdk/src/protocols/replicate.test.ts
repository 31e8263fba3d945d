import { describe, expect, it } from 'vitest';
import { readBody } from '../testing/read-body.ts';
import { replicate } from './replicate.ts';

const output = 'event: output\nid: 1:0\ndata: Hi\ndata: \n\n';

describe('a Replicate stream', () => {
  it('is plain text that ends with done', () => {
    const seen = readBody(
      replicate,
      `: hi\n\n${output}event: done\nid: 1:1\ndata: {}\n\n:408: 408 Request Timeout\n`,
    );
    expect(seen).toMatchObject({
      events: 2,
      chunks: 1,
      malformed: 0,
      document: undefined,
      facts: { ending: 'completed', terminalEventReceived: true },
    });
  });

  it('tells a cancelled prediction and a failed one from a whole one', () => {
    expect(readBody(replicate, `${output}event: done\ndata: {"reason":"canceled"}\n\n`).facts.ending).toBe(
      'client_abort',
    );
    expect(
      readBody(replicate, `${output}event: done\ndata: {"reason":"error"}\n\n`).facts.error?.reason,
    ).toBe('provider_error');
    expect(
      readBody(replicate, `${output}event: error\ndata: {"detail":"CUDA out of memory"}\n\n`).facts.error
        ?.reason,
    ).toBe('provider_error');
  });

  it('that is cut has no ending', () => {
    expect(readBody(replicate, output).facts).toMatchObject({ terminalEventReceived: false });
  });
});
