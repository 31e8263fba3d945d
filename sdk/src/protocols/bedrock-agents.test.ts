import { describe, expect, it } from 'vitest';
import { eventStreamMessage } from '../testing/eventstream-message.ts';
import { readBody } from '../testing/read-body.ts';
import { bedrockAgents } from './bedrock-agents.ts';

function message(type: string, payload: object, kind = 'event'): Uint8Array {
  const headers = { [`:${kind}-type`]: type, ':content-type': 'application/json', ':message-type': kind };
  return eventStreamMessage(headers, JSON.stringify(payload));
}

const piece = message('chunk', { bytes: btoa('A weir') });
const trace = message('trace', { trace: {} });

describe('an agent of Bedrock', () => {
  it('sends text in pieces, and nothing at its end', () => {
    const seen = readBody(bedrockAgents, [trace, piece, piece, trace]);
    expect(seen).toMatchObject({ events: 4, chunks: 2, malformed: 0, midFrame: false });
    expect([seen.facts.ending, seen.facts.terminalEventReceived]).toEqual([undefined, false]);
  });

  it('gives the application something to do', () => {
    const returned = message('returnControl', { invocationId: 'i', invocationInputs: [] });
    expect(readBody(bedrockAgents, [piece, returned]).facts.ending).toBe('tool_call');
  });

  it('is stopped by a guardrail', () => {
    const stopped = message('guardrail', { action: 'INTERVENED' });
    expect(readBody(bedrockAgents, [piece, stopped]).facts.ending).toBe('content_filter');
    expect(
      readBody(bedrockAgents, [piece, message('guardrail', { action: 'NONE' })]).facts.ending,
    ).toBeUndefined();
  });

  it('says what went wrong', () => {
    const failed = message('throttlingException', { message: 'Too many requests' }, 'exception');
    expect(readBody(bedrockAgents, [piece, failed]).facts.error?.reason).toBe('rate_limited');
  });
});

describe('a flow of Bedrock', () => {
  const output = message('flowOutputEvent', { nodeName: 'Out', content: { document: 'A weir' } });

  it.each([
    ['SUCCESS', 'completed'],
    ['INPUT_REQUIRED', 'paused'],
  ])('that ends with %s is %s', (completionReason, ending) => {
    const end = message('flowCompletionEvent', { completionReason });
    expect(readBody(bedrockAgents, [output, end]).facts).toMatchObject({
      ending,
      terminalEventReceived: true,
    });
  });
});
