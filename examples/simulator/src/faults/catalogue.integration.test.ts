import { constants, gunzipSync } from 'node:zlib';
import { terminationReasons } from '@weir/schemas/termination';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestRecord } from '../request-log.ts';
import { createSimulator, type Simulator } from '../simulator.ts';
import { readMessages } from '../testing/eventstream-reader.ts';
import { exchangeOnWire, type WireResult } from '../testing/wire-client.ts';
import { type WireFormat, wireFormats } from '../testing/wire-formats.ts';
import { type Fault, type FaultName, faults, protocolNames } from './catalogue.ts';
import { FAULT_HEADER, TIMING_HEADER } from './selection.ts';

const CHUNKS = 12;
const AFTER = 5;
const SIZE = 200_000;
/** Bytes that `gzip_corrupt` sends after the good part. */
const CORRUPT_TAIL = 64;
/** `stall` bounds the faults that send keep-alives for ever; the other silences end with the simulator's patience. */
const PARAMETERS = `after=${AFTER}; size=${SIZE}; every=2ms`;
const BOUNDED_STALL: ReadonlySet<string> = new Set([
  'first_chunk_keepalive',
  'idle_keepalive',
  'buffered',
  'stall_then_continue',
]);

let simulator: Simulator;
beforeAll(async () => {
  simulator = await createSimulator({ patienceMs: 30, settleMs: 5 });
});
afterAll(() => simulator.close());

interface Seen {
  readonly wire: WireResult;
  readonly text: string;
  readonly format: WireFormat;
  readonly record: RequestRecord;
  readonly json: () => unknown;
}

async function provoke(fault: FaultName, format: WireFormat): Promise<Seen> {
  const stall = BOUNDED_STALL.has(fault) ? '; stall=10ms' : '';
  const wire = await exchangeOnWire(simulator.url, format.path, {
    headers: {
      [FAULT_HEADER]: `${fault}; seed=11; ${PARAMETERS}${stall}`,
      [TIMING_HEADER]: `headers=0, ttft=0, gap=0, chunks=${CHUNKS}`,
    },
    body: format.body,
  });
  const record = simulator.requests.last();
  if (record === undefined) throw new Error('the simulator recorded nothing');
  await record.ended;
  const text = wire.body.toString('utf8');
  return { wire, text, format, record, json: () => JSON.parse(text) };
}

function chunksIn({ text, format }: Seen): number {
  return text.match(format.chunk)?.length ?? 0;
}

function hasFinish({ text, format }: Seen): boolean {
  return text.includes(format.finish);
}

function hasTerminal({ text, format }: Seen): boolean {
  return format.terminal !== undefined && text.includes(format.terminal);
}

function expectWhole(seen: Seen): void {
  expect(seen.wire).toMatchObject({ status: 200, bodyEnd: 'complete', connection: 'kept' });
  expect(chunksIn(seen)).toBe(CHUNKS);
  expect(hasFinish(seen)).toBe(true);
  expect(hasTerminal(seen)).toBe(seen.format.terminal !== undefined);
}

function expectCut(seen: Seen, chunks = AFTER): void {
  expect(seen.wire.status).toBe(200);
  expect(chunksIn(seen)).toBe(chunks);
  expect(hasFinish(seen)).toBe(false);
  expect(hasTerminal(seen)).toBe(false);
}

/** What stands after the last whole frame. */
function remainder({ text, record, wire }: Seen): string {
  if (record.protocol === 'bedrock') {
    return wire.body.subarray(wire.body.length - readMessages(wire.body).rest).toString();
  }
  const boundary = record.protocol === 'ollama' ? '\n' : '\n\n';
  return text.slice(text.lastIndexOf(boundary) + boundary.length);
}

function status(code: number, mark: string) {
  return (seen: Seen) => {
    expect(seen.wire).toMatchObject({ status: code, bodyEnd: 'complete' });
    expect(seen.wire.headers['content-type']).toBe('application/json');
    expect(JSON.stringify(seen.json())).toContain(mark);
  };
}

/** Per protocol: the status, and a mark in the provider's own error object. */
function statuses(marks: Partial<Record<RequestRecord['protocol'], readonly [number, string]>>) {
  return (seen: Seen) => {
    const [code, mark] = marks[seen.record.protocol] ?? [0, ''];
    status(code, mark)(seen);
  };
}

function gateway(code: number, server: string, mark: string) {
  return (seen: Seen) => {
    expect(seen.wire).toMatchObject({ status: code, bodyEnd: 'complete' });
    expect(seen.wire.headers).toMatchObject({ 'content-type': 'text/html' });
    expect(seen.wire.headers.server).toContain(server);
    expect(seen.text).toContain(mark);
    expect(seen.wire.headers['x-request-id'] ?? seen.wire.headers['request-id']).toBeUndefined();
  };
}

function finishWith(marks: Partial<Record<RequestRecord['protocol'], string>>) {
  return (seen: Seen) => {
    expect(seen.wire).toMatchObject({ status: 200, bodyEnd: 'complete' });
    expect(seen.text).toContain(marks[seen.record.protocol] ?? 'a mark for every protocol');
  };
}

/** One check of the bytes for every fault; the type makes a fault without a check impossible. */
const checks: Readonly<Record<FaultName, (seen: Seen) => void>> = {
  completed: expectWhole,
  length: finishWith({
    openai_chat: '"finish_reason":"length"',
    openai_responses: '"incomplete_details":{"reason":"max_output_tokens"}',
    anthropic: '"stop_reason":"max_tokens"',
    gemini: '"finishReason":"MAX_TOKENS"',
    ollama: '"done_reason":"length"',
    cohere: '"finish_reason":"MAX_TOKENS"',
    bedrock: '"stopReason":"max_tokens"',
  }),
  content_filter: finishWith({
    openai_chat: '"finish_reason":"content_filter"',
    openai_responses: '"incomplete_details":{"reason":"content_filter"}',
    gemini: '"finishReason":"SAFETY"',
    bedrock: '"stopReason":"content_filtered"',
  }),
  refusal: finishWith({
    openai_chat: '"delta":{"refusal":"I\'m"}',
    openai_responses: 'event: response.refusal.delta',
    anthropic: '"stop_reason":"refusal"',
  }),
  tool_call: (seen) => {
    finishWith({
      openai_chat: '"finish_reason":"tool_calls"',
      openai_responses: 'event: response.function_call_arguments.delta',
      anthropic: '"stop_reason":"tool_use"',
      gemini: '"functionCall":{"name":"get_weather"',
      ollama: '"tool_calls":[{"function":{"name":"get_weather"',
      cohere: '"type":"tool-call-delta"',
      bedrock: '"stopReason":"tool_use"',
    })(seen);
    expect(seen.text).toContain('get_weather');
  },
  pause: finishWith({ anthropic: '"stop_reason":"pause_turn"' }),
  prompt_blocked: (seen) => {
    expect(seen.text).toContain('"promptFeedback":{"blockReason"');
    expect(seen.text).not.toContain('"candidates"');
  },
  early_finish: (seen) => {
    expectWhole(seen);
    expect(seen.text.split(seen.format.finish)).toHaveLength(3);
    expect(seen.text.indexOf(seen.format.finish)).toBeLessThan(seen.text.lastIndexOf('"text":"'));
  },

  http_400_bad_request: (seen) => expect(seen.wire.status).toBe(400),
  http_400_context_length: statuses({
    openai_chat: [400, '"code":"context_length_exceeded"'],
    openai_responses: [400, '"code":"context_length_exceeded"'],
    anthropic: [400, 'prompt is too long'],
    gemini: [400, 'input token count'],
    ollama: [400, 'available context size'],
    cohere: [400, '"error_type":"TOO_MANY_TOKENS"'],
    bedrock: [400, 'Input Tokens Exceeded'],
  }),
  http_401: statuses({
    openai_chat: [401, '"code":"invalid_api_key"'],
    openai_responses: [401, '"code":"invalid_api_key"'],
    anthropic: [401, '"type":"authentication_error"'],
    gemini: [400, '"reason":"API_KEY_INVALID"'],
    ollama: [401, 'Unauthorized'],
    cohere: [401, 'invalid api token'],
    bedrock: [403, 'security token'],
  }),
  http_403: (seen) => expect(seen.wire.status).toBe(403),
  http_404: (seen) => {
    expect(seen.wire.status).toBe(404);
    expect(seen.text).toContain(seen.record.model);
  },
  http_413: (seen) => expect(seen.wire.status).toBe(413),
  http_429_rate_limit: (seen) => {
    statuses({
      openai_chat: [429, '"code":"rate_limit_exceeded"'],
      openai_responses: [429, '"code":"rate_limit_exceeded"'],
      anthropic: [429, '"type":"rate_limit_error"'],
      gemini: [429, '"retryDelay":"2s"'],
      ollama: [429, 'too many'],
      cohere: [429, 'limited to 20 API calls'],
      bedrock: [429, 'Too many requests'],
    })(seen);
    const withHeader = !['gemini', 'ollama', 'cohere', 'bedrock'].includes(seen.record.protocol);
    expect(seen.wire.headers['retry-after']).toBe(withHeader ? '2' : undefined);
  },
  http_429_quota: (seen) => {
    statuses({
      openai_chat: [429, '"code":"insufficient_quota"'],
      openai_responses: [429, '"code":"insufficient_quota"'],
      anthropic: [402, '"type":"billing_error"'],
      gemini: [429, 'PerDay'],
    })(seen);
    expect(seen.wire.headers['retry-after']).toBeUndefined();
  },
  http_500: (seen) => expect(seen.wire.status).toBe(500),
  http_overloaded: statuses({
    openai_chat: [503, 'overloaded'],
    openai_responses: [503, 'overloaded'],
    anthropic: [529, '"type":"overloaded_error"'],
    gemini: [503, '"status":"UNAVAILABLE"'],
    ollama: [503, 'server busy'],
    cohere: [503, 'overloaded'],
    bedrock: [503, 'unable to process'],
  }),
  gateway_502: gateway(502, 'nginx', '502 Bad Gateway'),
  gateway_503: gateway(503, 'awselb', '503 Service Temporarily Unavailable'),
  gateway_504: gateway(504, 'nginx', '504 Gateway Time-out'),
  gateway_524: gateway(524, 'cloudflare', 'Error code 524'),
  html_200: (seen) => {
    expect(seen.wire).toMatchObject({ status: 200, bodyEnd: 'complete' });
    expect(seen.wire.headers['content-type']).toContain('text/html');
    expect(seen.text).toContain('<form');
  },
  json_200: (seen) => {
    expect(seen.wire.headers['content-type']).toBe('application/json');
    expect(seen.json()).toBeTypeOf('object');
    expect(seen.text).not.toContain('data:');
  },
  json_error_200: (seen) => {
    expect(seen.wire).toMatchObject({ status: 200, bodyEnd: 'complete' });
    expect(seen.text).toMatch(/^\{("error"|.*"message")/);
  },

  headers_stall: (seen) => {
    expect(seen.wire).toMatchObject({ status: 0, connection: 'fin' });
    expect(seen.record.status).toBeUndefined();
  },
  first_chunk_stall: (seen) => {
    expectCut(seen, 0);
    expect(seen.wire.bodyEnd).toBe('incomplete');
  },
  first_chunk_keepalive: (seen) => {
    expectCut(seen, 0);
    expect(seen.text).toMatch(/ping|: keep-alive|^\n+$/);
  },
  idle_stall: (seen) => {
    expectCut(seen);
    expect(seen.wire.bodyEnd).toBe('incomplete');
  },
  idle_keepalive: (seen) => {
    expectCut(seen);
    expect(seen.text).toMatch(/(event: ping|: keep-alive|\n\n)[^c]*$/);
  },
  stall_then_continue: expectWhole,
  buffered: (seen) => {
    expectWhole(seen);
    expect(seen.wire.reads).toBeLessThan(CHUNKS);
  },
  hang_after_terminal: (seen) => {
    expect(hasFinish(seen)).toBe(true);
    expect(seen.wire).toMatchObject({ bodyEnd: 'incomplete', connection: 'fin' });
  },

  reset_before_headers: (seen) => expect(seen.wire).toMatchObject({ status: 0, connection: 'rst' }),
  close_before_headers: (seen) => expect(seen.wire).toMatchObject({ status: 0, connection: 'fin' }),
  reset_after_headers: (seen) => {
    expectCut(seen, 0);
    expect(seen.wire).toMatchObject({ connection: 'rst', body: Buffer.alloc(0) });
  },
  reset_between_frames: (seen) => {
    expectCut(seen);
    expect(seen.wire).toMatchObject({ connection: 'rst', bodyEnd: 'incomplete' });
    expect(remainder(seen)).toBe('');
  },
  reset_in_frame: (seen) => {
    expect(seen.wire).toMatchObject({ connection: 'rst', bodyEnd: 'incomplete' });
    expect(seen.record.sentChunks).toBe(AFTER);
    expect(remainder(seen)).not.toBe('');
  },
  premature_close: (seen) => {
    expectCut(seen);
    expect(seen.wire).toMatchObject({ connection: 'fin', bodyEnd: 'incomplete' });
    expect(remainder(seen)).toBe('');
  },
  eof_after_headers: (seen) => {
    expectCut(seen, 0);
    expect(seen.wire).toMatchObject({ bodyEnd: 'complete', body: Buffer.alloc(0) });
  },
  eof_between_frames: (seen) => {
    expectCut(seen);
    expect(seen.wire.bodyEnd).toBe('complete');
    expect(remainder(seen)).toBe('');
  },
  eof_in_frame: (seen) => {
    expect(seen.wire.bodyEnd).toBe('complete');
    expect(seen.record.sentChunks).toBe(AFTER);
    expect(remainder(seen)).not.toBe('');
  },
  missing_terminal: (seen) => {
    expect(seen.wire.bodyEnd).toBe('complete');
    expect([hasFinish(seen), hasTerminal(seen)]).toEqual([true, false]);
  },
  missing_finish: (seen) => {
    expect(seen.wire.bodyEnd).toBe('complete');
    expect([hasFinish(seen), hasTerminal(seen)]).toEqual([false, true]);
  },
  reset_after_terminal: (seen) => {
    expect(hasFinish(seen)).toBe(true);
    expect(chunksIn(seen)).toBe(CHUNKS);
    expect(seen.wire).toMatchObject({ connection: 'rst', bodyEnd: 'incomplete' });
  },

  error_event: (seen) => {
    expectCut(seen);
    expect(seen.text).toContain(seen.format.streamError);
    expect(seen.wire.bodyEnd).toBe('complete');
  },
  error_first: (seen) => {
    expectCut(seen, 0);
    const at = seen.text.indexOf(seen.format.streamError);
    expect(at).toBeGreaterThanOrEqual(0);
    // A binary message has its length and its headers before the name of the error.
    expect(at).toBeLessThan(seen.record.protocol === 'bedrock' ? 40 : 1);
  },
  error_event_field: (seen) => {
    expectCut(seen);
    expect(seen.text).toContain('event: error\ndata: {"error":');
  },
  error_bare: (seen) => {
    expectCut(seen);
    const line = remainder({ ...seen, text: seen.text.trimEnd() });
    expect(JSON.parse(line)).toHaveProperty('error');
  },
  error_then_finish: (seen) => {
    const at = seen.text.indexOf(seen.format.streamError);
    expect(at).toBeGreaterThan(0);
    expect(seen.text.slice(at)).toMatch(/length|max_tokens|MAX_TOKENS/);
    expect(hasTerminal(seen)).toBe(seen.format.terminal !== undefined);
  },
  error_after_terminal: (seen) => {
    expectWhole(seen);
    expect(seen.text.indexOf(seen.format.streamError)).toBeGreaterThan(seen.text.indexOf(seen.format.finish));
  },

  chunked_broken: (seen) => {
    expectCut(seen);
    expect(seen.wire.bodyEnd).toBe('broken');
  },
  content_length_mismatch: (seen) => {
    expectCut(seen);
    expect(Number(seen.wire.headers['content-length'])).toBeGreaterThan(seen.wire.body.length);
    expect(seen.wire).toMatchObject({ connection: 'fin', bodyEnd: 'incomplete' });
  },
  gzip_corrupt: (seen) => {
    expect(seen.wire.headers['content-encoding']).toBe('gzip');
    const good = seen.wire.body.subarray(0, -CORRUPT_TAIL);
    const text = gunzipSync(good, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    expect(chunksIn({ ...seen, text })).toBe(AFTER);
    expect(() => gunzipSync(seen.wire.body)).toThrow('invalid block type');
  },
  utf8_invalid: (seen) => {
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(seen.wire.body)).toThrow(TypeError);
    expect(hasFinish(seen)).toBe(true);
  },
  malformed_frame: (seen) => {
    expect(badFramesOf(seen)).toBe(1);
    expect(seen.record.sentChunks).toBe(CHUNKS - 1);
    expect(hasFinish(seen)).toBe(true);
    expect(seen.wire.bodyEnd).toBe('complete');
  },
  malformed_frame_then_end: (seen) => {
    expect(badFramesOf(seen)).toBe(1);
    expect(hasFinish(seen)).toBe(false);
    expect(seen.wire.bodyEnd).toBe('complete');
  },
  checksum_broken: (seen) => {
    const { messages, rest } = readMessages(seen.wire.body);
    expect(messages.map(({ checksumsFit }) => checksumsFit).lastIndexOf(true)).toBe(messages.length - 2);
    expect([rest, seen.record.sentChunks, seen.wire.bodyEnd]).toEqual([0, AFTER, 'complete']);
  },
  oversized_frame: (seen) => {
    expectWhole(seen);
    expect(Math.max(...seen.text.split('\n').map((line) => line.length))).toBeGreaterThan(SIZE);
    expect(badFramesOf(seen)).toBe(0);
  },
  endless_frame: (seen) => {
    expectCut(seen);
    expect(remainder(seen).length).toBeGreaterThan(SIZE);
    expect(seen.wire.bodyEnd).toBe('complete');
  },

  crlf: (seen) => {
    expectWhole(seen);
    expect(seen.text).not.toMatch(/[^\r]\n/);
  },
  no_space: (seen) => {
    expect(seen.text).toMatch(/^(event|data):\S/);
    expect(hasFinish(seen)).toBe(true);
  },
  data_before_event: (seen) => {
    expectWhole(seen);
    expect(seen.text).toMatch(/^data: .*\nevent: /);
  },
  comments: (seen) => {
    expectWhole(seen);
    expect(seen.text.match(/^: /gm)?.length).toBeGreaterThan(CHUNKS);
  },
  byte_order_mark: (seen) => {
    expectWhole(seen);
    expect([...seen.wire.body.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  },
  no_final_blank_line: (seen) => {
    expectWhole(seen);
    expect(seen.text).not.toMatch(/\n$/);
  },
  split_writes: expectWhole,
  wrong_content_type: (seen) => {
    expectWhole(seen);
    expect(seen.wire.headers['content-type']).toContain('text/plain');
  },
};

function badFramesOf({ text, record, wire }: Seen): number {
  if (record.protocol === 'bedrock') {
    return readMessages(wire.body).messages.filter(({ payload }) => !isJson(payload)).length;
  }
  const payloads = text
    .split('\n')
    .map((line) => line.replace(/^data: ?/, ''))
    .filter((line) => line.startsWith('{'));
  return payloads.filter((payload) => !isJson(payload)).length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe.each(faults)('$name', (fault: Fault) => {
  it.each(Object.keys(fault.expected) as (keyof Fault['expected'])[])(
    'shows on the wire of %s',
    async (protocol) => {
      const seen = await provoke(fault.name, wireFormats[protocol]);
      expect(seen.record).toMatchObject({ fault: fault.name, protocol });
      await checks[fault.name](seen);
    },
  );
});

describe('the catalogue', () => {
  it('states an outcome that follows from the reason', () => {
    for (const fault of faults) {
      for (const expected of Object.values(fault.expected)) {
        expect(expected.outcome, fault.name).toBe(terminationReasons[expected.reason].outcome);
      }
    }
  });

  it('has an answer for every fault in at least one protocol, and no fault twice', () => {
    expect(faults.filter((fault) => Object.keys(fault.expected).length === 0)).toEqual([]);
    expect(new Set(faults.map((fault) => fault.name)).size).toBe(faults.length);
  });

  it('says that a stream which reaches its end mark completed, and that one which does not failed', async () => {
    const cut = faults.filter((fault) => fault.group === 'disconnect');
    for (const fault of cut) {
      const seen = await provoke(fault.name, wireFormats.openai_chat);
      const marked = hasFinish(seen) || hasTerminal(seen);
      expect(fault.expected.openai_chat?.outcome, fault.name).toBe(marked ? 'completed' : 'failed');
    }
  });

  it('refuses a fault that a protocol cannot show', async () => {
    const format = wireFormats.openai_chat;
    const wire = await exchangeOnWire(simulator.url, format.path, {
      headers: { [FAULT_HEADER]: 'pause' },
      body: format.body,
    });
    expect(wire.status).toBe(400);
    expect(wire.body.toString()).toContain('simulator_error');
  });

  it('serves every protocol it names', () => {
    expect(Object.keys(wireFormats).sort()).toEqual([...protocolNames].sort());
  });
});
