import { streamErrorIn } from './error-words.ts';
import { asObject } from './json.ts';
import type { Protocol } from './protocol.ts';

export const genericSse: Protocol = {
  name: 'sse',
  operation: 'chat',
  framing: 'sse',
  ends: 'data: [DONE], or what the recognised protocol ends with',
  hasTerminalEvent: false,
  open: (answer) => ({
    read(_event, value) {
      answer.fail(streamErrorIn(value));
      return asObject(value) === undefined ? 'event' : 'chunk';
    },
  }),
};
