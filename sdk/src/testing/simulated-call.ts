import { type FaultRequest, simulatorHeaders } from '@weir/simulator';

/** A streaming chat request to the simulator, as `fetch` takes it. Every wait is short; the seed fixes the answer. */
export function chatRequest(fault: FaultRequest, more: RequestInit = {}): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify({
      model: 'gpt-4.1',
      stream: true,
      // Random padding would make two answers differ.
      stream_options: { include_obfuscation: false },
      messages: [{ role: 'user', content: 'How does a weir measure a stream?' }],
    }),
    ...more,
    headers: {
      'content-type': 'application/json',
      ...simulatorHeaders({
        seed: 7,
        ...fault,
        timing: { headersMs: 5, ttftMs: 10, gapMs: 5, jitter: 0, chunks: 12, ...fault.timing },
      }),
      ...(more.headers as Record<string, string> | undefined),
    },
  };
}

export const chatPath = '/v1/chat/completions';

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What differs between two answers of one seed: ids, times, and the headers that carry them. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/(chatcmpl-|cmpl-|req_|msg_|toolu_|call_|resp_|fc_|rs_)\w+/g, 'id'],
  [uuid, 'id'],
  [/("response":\{"id":)"[^"]*"/g, '$1"id"'],
  [/(created\\*":)\d+/g, '$10'],
  [/("(?:created_at|completed_at|timestamp)\\*":)("[^"]*"|[\d.]+)/g, '$10'],
  [/("(?:responseId|timeTo\w+Ms|\w+TimeMs|\w+PerSecond|\w+_duration)":)("[^"]*"|[\d.]+)/g, '$10'],
  [/("(?:responseHeaders|headers|timeBetweenOutputChunksMs)":)\{[^}]*\}/g, '$1{}'],
];

/** The text of an answer without what differs between two answers of one seed. */
export function withoutIds(text: string): string {
  return varying.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);
}
