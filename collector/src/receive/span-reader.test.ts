import { describe, expect, it } from 'vitest';
import { readBody, readSpan, receivedAtMs, requestBody, type SpanInput } from './testing/read-spans.ts';

const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-5' };
const day = 24 * 3_600_000;

function tallyOf(...spans: SpanInput[]) {
  return readBody(requestBody({ spans }), 'json').tally;
}

describe('a span of our SDK', () => {
  it('becomes a stream, field by field', () => {
    const stream = readSpan(
      {
        attributes: {
          ...chat,
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.stream': true,
          'gen_ai.response.time_to_first_chunk': 0.75,
          'weir.stream.outcome': 'failed',
          'weir.stream.termination.reason': 'reset',
          'weir.stream.stage': 'streaming',
          'weir.stream.chunk.count': 17,
          'weir.stream.received.size': 2 ** 40,
          'weir.stream.chunk.gap.histogram': [4, 10, 151, 2],
          'weir.stream.chunk.recent_offsets': [0.75, 1, 1.5],
          'weir.request.attachment.types': ['pdf', 'image'],
          'weir.request.final': false,
          'weir.dimension.plan': 'pro',
        },
      },
      {
        resource: { 'service.name': 'shop', 'telemetry.sdk.language': 'nodejs' },
        scope: { name: '@weir/sdk', version: '0.1.0' },
      },
    );
    expect(stream).toMatchObject({
      project: 'default',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      parentSpanId: '',
      endedAt: receivedAtMs - 1_000,
      startedAt: receivedAtMs - 5_000,
      receivedAt: receivedAtMs,
      durationSeconds: 4,
      spanName: 'chat gpt-5',
      instrumentation: '@weir/sdk',
      instrumentationVersion: '0.1.0',
      service: 'shop',
      sdkLanguage: 'nodejs',
      model: 'gpt-5',
      provider: 'openai',
      requestStream: true,
      ttftSeconds: 0.75,
      outcome: 'failed',
      reason: 'reset',
      stage: 'streaming',
      chunks: 17,
      receivedBytes: 2 ** 40,
      gapHistogram: [4, 10, 151, 2],
      recentChunkOffsets: [0.75, 1, 1.5],
      attachmentClasses: ['pdf', 'image'],
      finalAttempt: false,
      sampleWeight: 1,
    });
    expect({ ...stream.customDimensions }).toEqual({ plan: 'pro' });
  });

  it('leaves unknown what it does not say', () => {
    expect(readSpan({ attributes: chat })).toMatchObject({
      provider: 'unknown',
      networkType: 'unknown',
      attachmentClass: 'unknown',
      vantage: 'unknown',
      service: 'unknown',
      responseId: '',
      ttftSeconds: null,
      inputTokens: null,
      terminalEventReceived: null,
      finishReasons: [],
      gapHistogram: [],
    });
  });

  it('cannot disagree with the taxonomy: the reason decides the outcome', () => {
    const attributes = { 'weir.stream.outcome': 'completed', 'weir.stream.termination.reason': 'truncated' };
    expect(readSpan({ attributes })).toMatchObject({ outcome: 'failed', reason: 'truncated' });
  });

  it('is an abort even when its status is an error', () => {
    const attributes = { 'weir.stream.termination.reason': 'client_abort' };
    expect(readSpan({ attributes, status: { code: 2 } })).toMatchObject({ outcome: 'aborted' });
  });

  it.each([
    ['weir.stream.outcome', 'great', 'outcome'],
    ['weir.stream.stage', 'later', 'stage'],
    ['weir.stream.initiator', 'me', 'initiator'],
    ['weir.request.attachment.class', 'floppy', 'attachmentClass'],
    ['network.connection.type', 'carrier pigeon', 'networkType'],
  ] as const)(
    'reads unknown for %s = "%s", which is in no vocabulary, and counts it',
    (key, value, field) => {
      const { streams, tally } = readBody(
        requestBody({ spans: [{ attributes: { [key]: value, ...chat } }] }),
        'json',
      );
      expect(streams[0]?.[field]).toBe('unknown');
      expect(tally.altered.get('value_dropped')).toBe(1);
    },
  );

  it('keeps the first link that says how it relates', () => {
    const traceId = 'a'.repeat(32);
    const links = [
      { traceId, spanId: '1'.repeat(16), type: 'inspired_by' },
      { traceId, spanId: '2'.repeat(16), type: 'retry_of' },
      { traceId, spanId: '3'.repeat(16), type: 'fallback_of' },
    ];
    expect(readSpan({ attributes: chat, links })).toMatchObject({
      linkType: 'retry_of',
      linkedTraceId: traceId,
      linkedSpanId: '2'.repeat(16),
    });
  });

  it('takes facts of the device from the resource, and believes the span more', () => {
    const resource = { 'network.connection.type': 'wifi', 'user_agent.name': 'Firefox' };
    const stream = readSpan({ attributes: { ...chat, 'network.connection.type': 'cell' } }, { resource });
    expect(stream).toMatchObject({ networkType: 'cell', userAgent: 'Firefox' });
  });

  it('reads whole numbers where doubles belong, and numbers in text', () => {
    const attributes = { 'gen_ai.response.time_to_first_chunk': 2, 'gen_ai.usage.input_tokens': '42' };
    expect(readSpan({ attributes })).toMatchObject({ ttftSeconds: 2, inputTokens: 42 });
  });
});

describe('limits', () => {
  it('cuts long texts, between characters, and counts them', () => {
    const model = `${'m'.repeat(127)}😀`;
    const attributes = { 'gen_ai.request.model': model, 'gen_ai.response.id': 'r'.repeat(300) };
    const { streams, tally } = readBody(requestBody({ spans: [{ attributes }] }), 'json');
    expect(streams[0]?.model).toBe(`${'m'.repeat(127)}\uFFFD`);
    expect(streams[0]?.responseId).toHaveLength(256);
    expect(tally.altered.get('text_cut')).toBe(2);
  });

  it('keeps 16 custom dimensions, whatever they are called', () => {
    const names = ['__proto__', 'constructor', ...Array.from({ length: 18 }, (_, i) => `d${i}`)];
    const dimensions = Object.fromEntries(names.map((name) => [`weir.dimension.${name}`, 'v']));
    const attributes = { ...chat, ...dimensions };
    const { streams, tally } = readBody(requestBody({ spans: [{ attributes }] }), 'json');
    expect(Object.keys(streams[0]?.customDimensions ?? {})).toEqual(names.slice(0, 16));
    expect(tally.altered.get('dimension_dropped')).toBe(4);
  });

  it.each([
    ['an odd number of entries', [1, 2, 3]],
    ['a bucket beyond the scale', [152, 1]],
    ['a negative count', [1, -1]],
    ['a fraction for a bucket', [1.5, 1]],
  ])('drops a gap histogram with %s', (_what, histogram) => {
    const attributes = { ...chat, 'weir.stream.chunk.gap.histogram': histogram };
    expect(readSpan({ attributes }).gapHistogram).toEqual([]);
  });

  it.each([
    ['negative', -1],
    ['more than 32 bits', 2 ** 32],
    ['not a number', 'many'],
  ])('drops a count that is %s', (_what, value) => {
    expect(readSpan({ attributes: { ...chat, 'weir.stream.chunk.count': value } }).chunks).toBeNull();
  });

  it('does not count what was cut from spans that are not stored', () => {
    expect(tallyOf({ name: 'x'.repeat(500) }).altered.size).toBe(0);
  });
});

describe('spans that are refused', () => {
  it.each([
    ['future', { endedAgoMs: -11 * 60_000 }],
    ['too_old', { startedAgoMs: 30 * day + 1, endedAgoMs: 30 * day }],
    ['ended_before_start', { startedAgoMs: 1_000, endedAgoMs: 2_000 }],
    ['no_time', { raw: { endTimeUnixNano: '0' } }],
    ['no_time', { raw: { startTimeUnixNano: undefined } }],
    ['invalid_id', { raw: { traceId: '0'.repeat(32) } }],
    ['invalid_id', { raw: { spanId: 'abc' } }],
  ] as const)('for %s', (reason, span) => {
    const tally = tallyOf({ attributes: chat, ...span }, { attributes: chat });
    expect(tally.stored).toBe(1);
    expect([...tally.rejected]).toEqual([[reason, 1]]);
  });

  it.each([
    ['a clock 9 minutes ahead', { endedAgoMs: -9 * 60_000 }],
    ['29 days late', { startedAgoMs: 29 * day, endedAgoMs: 29 * day - 1_000 }],
    ['no duration', { startedAgoMs: 1_000, endedAgoMs: 1_000 }],
  ])('but not for %s', (_what, span) => {
    expect(tallyOf({ attributes: chat, ...span }).stored).toBe(1);
  });
});

describe('spans that their sender had to drop', () => {
  const lost = { 'weir.export.lost_spans': 12 };

  it('are counted, whatever span says so', () => {
    expect(tallyOf({ attributes: { ...chat, ...lost } })).toMatchObject({ stored: 1, lostBySender: 12 });
    const tally = tallyOf({ attributes: lost }, { attributes: { ...chat, ...lost }, endedAgoMs: -day });
    expect(tally).toMatchObject({ stored: 0, lostBySender: 24 });
    expect([...tally.skipped]).toEqual([['unrelated', 1]]);
  });

  it('are counted once when the span comes again', () => {
    const body = requestBody({ spans: [{ attributes: { ...chat, ...lost } }] });
    expect(readBody(body, 'json', { isNew: () => false }).tally).toMatchObject({
      duplicates: 1,
      lostBySender: 0,
    });
  });

  it.each([-1, 0.5, 'many'])('are not %s', (number) => {
    expect(tallyOf({ attributes: { ...chat, 'weir.export.lost_spans': number } }).lostBySender).toBe(0);
  });
});

describe('spans that are no streams', () => {
  it.each([
    ['unrelated', { 'http.request.method': 'GET', 'server.address': 'api.openai.com' }],
    ['observed', { 'gen_ai.provider.name': 'anthropic', 'weir.stream.observed': true }],
    ['sampled_out', { ...chat, 'weir.stream.outcome': 'completed', 'weir.sample.weight': 0 }],
    ['open_report', { ...chat, 'weir.stream.phase': 'open', 'weir.stream.chunk.count': 3 }],
    ['not_a_model_call', { 'gen_ai.operation.name': 'execute_tool' }],
    ['not_a_model_call', { 'gen_ai.operation.name': 'invoke_agent' }],
    ['not_a_model_call', { 'gen_ai.operation.name': 'embeddings' }],
    ['not_a_model_call', { 'ai.operationId': 'ai.streamText' }],
    ['not_a_model_call', { 'openinference.span.kind': 'CHAIN' }],
    ['not_a_model_call', { 'traceloop.span.kind': 'workflow' }],
    ['not_a_model_call', { 'langfuse.observation.type': 'span' }],
    ['not_a_model_call', { 'langsmith.span.kind': 'tool' }],
  ] as const)('are accepted and counted as %s: %o', (reason, attributes) => {
    const tally = tallyOf({ attributes });
    expect(tally).toMatchObject({ stored: 0, rejected: new Map() });
    expect([...tally.skipped]).toEqual([[reason, 1]]);
  });

  it('are streams all the same when they measured one', () => {
    const attributes = { 'ai.operationId': 'ai.streamText', 'ai.response.msToFirstChunk': 250 };
    expect(readSpan({ attributes }).ttftSeconds).toBe(0.25);
  });
});

describe('a report of an open stream', () => {
  const stream = 'aaaaaaaaaaaaaaaa';
  const above = 'bbbbbbbbbbbbbbbb';
  const attributes = {
    ...chat,
    'weir.stream.phase': 'open',
    'weir.stream.next_report': 32.5,
    'weir.stream.stage': 'streaming',
    'weir.stream.chunk.count': 3,
  };

  it('tells the row that the stream above it has if it is lost', () => {
    const raw = { parentSpanId: stream, name: 'chat gpt-5 (open)' };
    const span = { attributes: { ...attributes, 'weir.stream.parent_span_id': above }, raw };
    const { streams, reported } = readBody(requestBody({ spans: [span] }), 'json');
    expect(streams).toEqual([]);
    expect(reported).toMatchObject([
      {
        spanId: stream,
        parentSpanId: above,
        spanName: 'chat gpt-5',
        outcome: 'lost',
        reason: 'lost',
        errorType: 'lost',
        stage: 'streaming',
        model: 'gpt-5',
        chunks: 3,
      },
    ]);
  });

  it.each([
    ['no stream above it', { attributes }],
    [
      'no promise of another',
      { attributes: { ...attributes, 'weir.stream.next_report': 0 }, raw: { parentSpanId: stream } },
    ],
  ])('says nothing with %s', (_, span) => {
    expect(readBody(requestBody({ spans: [span] }), 'json').reported).toEqual([]);
  });

  it('leaves its promises behind for the span that follows', () => {
    const report = { attributes, raw: { parentSpanId: stream } };
    const { streams, reported } = readBody(requestBody({ spans: [report, { attributes: chat }] }), 'json');
    expect([streams.length, reported.length]).toEqual([1, 1]);
  });
});

describe('a model call inside another', () => {
  const spanId = 'aaaaaaaaaaaaaaaa';
  const client: SpanInput = {
    attributes: { 'gen_ai.system': 'openai', 'gen_ai.response.finish_reasons': ['stop'] },
    raw: { parentSpanId: spanId },
  };
  const framework: SpanInput = { attributes: { 'openinference.span.kind': 'LLM' }, raw: { spanId } };

  it('is the stream, and the one around it is none', () => {
    const { streams, tally } = readBody(requestBody({ spans: [client, framework] }), 'json');
    expect(streams).toMatchObject([{ provider: 'openai', parentSpanId: spanId }]);
    expect([...tally.skipped]).toEqual([['not_a_model_call', 1]]);
  });

  it('stands beside a stream of its own around it, as of a service that passes on what it reads', () => {
    const around = { ...framework, attributes: { 'weir.stream.outcome': 'completed' } };
    expect(tallyOf(client, around)).toMatchObject({ stored: 2 });
  });

  it('is found through spans that are none, and the agent around it is not taken for a stream', () => {
    const step: SpanInput = {
      attributes: { 'gen_ai.operation.name': 'agent_step' },
      raw: { spanId, parentSpanId: 'bbbbbbbbbbbbbbbb' },
    };
    const agent: SpanInput = {
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.server.ttft': 1 },
      raw: { spanId: 'bbbbbbbbbbbbbbbb' },
    };
    expect(tallyOf(client, step, agent)).toMatchObject({
      stored: 1,
      skipped: new Map([['not_a_model_call', 2]]),
    });
  });

  it('may come twice, as attempts do', () => {
    expect(tallyOf(client, client, framework)).toMatchObject({ stored: 2 });
  });
});

describe('what a request and a span may hold', () => {
  it('of more than 131,072 spans is not read', () => {
    const body = Buffer.concat([bytesField(1, bytesField(2, Buffer.alloc(2 * 131_073, '1200', 'hex')))]);
    expect(() => readBody(body, 'protobuf')).toThrow(
      expect.objectContaining({ status: 'too_large', message: expect.stringContaining('smaller batches') }),
    );
  });

  it('of attributes are 1,024; the rest is counted', () => {
    const named = (n: number) => [`weir.dimension.d${n % 16}`, `v${n}`];
    const many = [['gen_ai.operation.name', 'chat'], ...Array.from({ length: 1_029 }, (_, n) => named(n))];
    const { streams, tally } = readBody(
      requestBody({
        spans: [{ raw: { attributes: many.map(([key, text]) => ({ key, value: { stringValue: text } })) } }],
      }),
      'json',
    );
    expect(streams[0]?.customDimensions.d0).toBe('v1008');
    expect(tally.altered.get('attribute_dropped')).toBe(6);
  });
});

function bytesField(number: number, content: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest);
      break;
    }
    length.push((rest & 0x7f) | 0x80);
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), content]);
}

describe('a span that only carries what all spans of a trace carry', () => {
  it.each([
    ['traceloop.association.properties.user_id', '7'],
    ['langfuse.session.id', 's'],
    ['langsmith.trace.name', 't'],
    ['gen_ai.conversation.id', 'c'],
    ['weir.dimension.plan', 'pro'],
    ['ai.telemetry.functionId', 'answer'],
  ])('is no stream: %s', (key, value) => {
    const attributes = { 'http.request.method': 'GET', 'http.response.status_code': 200, [key]: value };
    expect(tallyOf({ attributes })).toMatchObject({ stored: 0, skipped: new Map([['unrelated', 1]]) });
  });

  it.each([
    ['openinference.span.kind', 'LLM'],
    ['langfuse.observation.type', 'generation'],
    ['langsmith.span.kind', 'llm'],
    ['ai.operationId', 'ai.streamText.doStream'],
    ['gen_ai.operation.name', 'chat'],
    ['gen_ai.request.model', 'gpt-5'],
  ])('is one as soon as it says to be a call: %s', (key, value) => {
    const attributes = { 'langfuse.session.id': 's', [key]: value };
    expect(tallyOf({ attributes })).toMatchObject({ stored: 1 });
  });
});

describe('an operation that nobody has heard of', () => {
  it('is no model call unless it names a model', () => {
    const operation = { 'gen_ai.operation.name': 'search_memory' };
    expect(tallyOf({ attributes: operation }).skipped).toEqual(new Map([['not_a_model_call', 1]]));
    expect(tallyOf({ attributes: { ...operation, 'gen_ai.request.model': 'm' } }).stored).toBe(1);
    expect(tallyOf({ attributes: { 'gen_ai.operation.name': 'chat' } }).stored).toBe(1);
  });
});
