import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamBlock } from '../clickhouse/native-block.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { SpanReader } from './span-reader.ts';
import { otelResource, otelSpans } from './testing/generated-spans.ts';
import { type OtelSpan, recordSpans } from './testing/otel-spans.ts';
import { readBody, receivedAtMs, requestBody } from './testing/read-spans.ts';
import { DecodeError } from './trace-visitor.ts';

describe('protobuf and JSON of one request, as the OpenTelemetry exporter writes them', () => {
  it('read the same', async () => {
    let stored = 0;
    await fc.assert(
      fc.asyncProperty(otelResource, otelSpans, async (shared, spans) => {
        const recorded = await recordSpans(shared, spans);
        const protobuf = readBody(
          Buffer.from(ProtobufTraceSerializer.serializeRequest(recorded) ?? []),
          'protobuf',
        );
        const json = readBody(Buffer.from(JsonTraceSerializer.serializeRequest(recorded) ?? []), 'json');
        expect(protobuf).toEqual(json);
        stored += protobuf.streams.length;
      }),
      { numRuns: 300 },
    );
    expect(stored).toBeGreaterThan(200);
  });

  it('read the same for numbers that are none', async () => {
    const spans = [Number.NaN, Number.POSITIVE_INFINITY].map((number) => ({
      ...quiet,
      attributes: { 'gen_ai.system': 'openai', 'weir.stream.chunk.gap.max': number },
    }));
    const recorded = await recordSpans({}, spans);
    const protobuf = readBody(
      Buffer.from(ProtobufTraceSerializer.serializeRequest(recorded) ?? []),
      'protobuf',
    );
    const json = readBody(Buffer.from(JsonTraceSerializer.serializeRequest(recorded) ?? []), 'json');
    expect(protobuf.streams.map(({ maxGapSeconds }) => maxGapSeconds)).toEqual([null, null]);
    expect(protobuf.streams).toEqual(json.streams);
  });
});

const quiet: OtelSpan = {
  name: 'chat',
  startedAgoMs: 5_000,
  durationMs: 1_000,
  attributes: { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-5' },
  isError: false,
  message: '',
  events: [],
  links: [],
};

describe('bytes of any kind', () => {
  const block = new StreamBlock();

  /** Decodes, and encodes what came out; anything thrown but a `DecodeError` fails the test. */
  function survives(body: Buffer, encoding: OtlpEncoding): 'decoded' | 'undecodable' {
    const reader = new SpanReader({ project: 'default', receivedAtMs, store: (row) => block.append(row) });
    try {
      if (encoding === 'protobuf') decodeProtobuf(body, reader);
      else decodeJson(body, reader);
      block.take();
      return 'decoded';
    } catch (error) {
      block.clear();
      if (error instanceof DecodeError) return 'undecodable';
      throw error;
    }
  }

  it('are refused or read, and never break the reader', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        survives(Buffer.from(bytes), 'protobuf');
        survives(Buffer.from(bytes), 'json');
      }),
      { numRuns: 3_000 },
    );
  });

  it('that were a request before they were damaged neither', async () => {
    const recorded = await recordSpans({ 'service.name': 'shop' }, [
      { ...quiet, events: [{ name: 'exception', afterMs: 5, attributes: { 'exception.type': 'E' } }] },
    ]);
    const whole = Buffer.from(ProtobufTraceSerializer.serializeRequest(recorded) ?? []);
    const seen = { decoded: 0, undecodable: 0 };
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, cut) => {
        const body = Buffer.from(whole);
        for (const [at, byte] of changes) body[at] = byte;
        seen[survives(body, 'protobuf')] += 1;
        survives(whole.subarray(0, cut), 'protobuf');
      }),
      { numRuns: 3_000 },
    );
    expect(seen.decoded).toBeGreaterThan(100);
    expect(seen.undecodable).toBeGreaterThan(100);
  });

  it('that are JSON of another shape neither', () => {
    const parts = [
      'resourceSpans',
      'resource',
      'scopeSpans',
      'scope',
      'spans',
      'attributes',
      'key',
      'value',
      'status',
      'links',
      'events',
      'traceId',
      'startTimeUnixNano',
      'arrayValue',
      'values',
      'intValue',
      'stringValue',
    ];
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        fc.constantFrom(null, '', 'gen_ai.system', 0, 1.5, '12', true),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...parts), tie('node'), { maxKeys: 6 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (inner) => {
        for (const body of [
          inner,
          { resourceSpans: inner },
          { resourceSpans: [{ scopeSpans: [{ spans: inner }] }] },
        ])
          survives(Buffer.from(JSON.stringify(body)), 'json');
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['JSON that ends early', '{"resourceSpans":['],
    ['a list', '[]'],
    ['nothing', ''],
    ['resourceSpans that is no list', '{"resourceSpans":{}}'],
    ['a span that is no object', '{"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]}'],
    [
      'a time that is no integer',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}',
    ],
  ])('are refused: %s', (_what, body) => {
    expect(survives(Buffer.from(body), 'json')).toBe('undecodable');
  });
});

describe('JSON', () => {
  it('may have ids in upper case, integers as text or number, nulls and unknown fields', () => {
    const body = requestBody({
      spans: [
        {
          attributes: { 'gen_ai.system': 'openai' },
          raw: {
            traceId: '0AF7651916CD43DD8448EB211C80319C',
            spanId: 'B7AD6B7169203331',
            startTimeUnixNano: (receivedAtMs - 5_000) * 1e6,
            links: null,
            events: null,
            flags: 257,
            futureField: { a: [1] },
          },
        },
      ],
    });
    expect(readBody(body, 'json').streams).toMatchObject([
      { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', durationSeconds: 4 },
    ]);
  });
});

describe('protobuf', () => {
  const field = (number: number, content: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2]), lengthOf(content), content]);
  const fixed64 = (number: number, ms: number) => {
    const content = Buffer.alloc(8);
    content.writeBigUInt64LE(BigInt(ms) * 1_000_000n);
    return Buffer.concat([Buffer.from([(number << 3) | 1]), content]);
  };
  const lengthOf = ({ length }: Buffer) =>
    Buffer.from(length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]);
  const keyValue = (key: string, text: string, valueFirst = false) => {
    const parts = [field(1, Buffer.from(key)), field(2, field(1, Buffer.from(text)))];
    return Buffer.concat(valueFirst ? parts.reverse() : parts);
  };
  const spanMessage = Buffer.concat([
    field(9, keyValue('gen_ai.system', 'openai', true)),
    fixed64(8, receivedAtMs),
    fixed64(7, receivedAtMs - 2_000),
    field(2, Buffer.alloc(8, 7)),
    field(1, Buffer.alloc(16, 9)),
  ]);

  it('may have its fields in any order: resource after spans, value before key', () => {
    const scopeSpans = Buffer.concat([field(2, spanMessage), field(1, field(1, Buffer.from('lib')))]);
    const resourceSpans = Buffer.concat([
      field(2, scopeSpans),
      field(1, field(1, keyValue('service.name', 'late'))),
    ]);
    expect(readBody(field(1, resourceSpans), 'protobuf').streams).toMatchObject([
      { service: 'late', instrumentation: 'lib', provider: 'openai', durationSeconds: 2 },
    ]);
  });

  it('may have fields that are not known yet, groups among them', () => {
    const group = Buffer.from([((99 << 3) & 0x7f) | 0x83, 0x06, 0x08, 0x01, ((99 << 3) & 0x7f) | 0x84, 0x06]);
    const unknown = Buffer.concat([
      field(15, Buffer.from([0x18, 0x02])),
      Buffer.from([0xf8, 0x07, 0x2a]),
      group,
    ]);
    const body = field(1, field(2, field(2, Buffer.concat([unknown, spanMessage]))));
    expect(readBody(body, 'protobuf').streams).toMatchObject([{ provider: 'openai', outcome: 'failed' }]);
  });

  it('of nothing is a request without spans', () => {
    expect(readBody(Buffer.alloc(0), 'protobuf')).toMatchObject({ streams: [], tally: { stored: 0 } });
  });
});
