import { describe, expect, it } from 'vitest';
import { limits } from './limits.ts';
import { readBody, receivedAtMs, requestBody, type SpanInput } from './testing/read-spans.ts';
import { createValueLimits, type ValueLimits } from './value-limits.ts';

const hour = limits.valueWindowMs;

function chat(attributes: SpanInput['attributes']): SpanInput {
  return { attributes: { 'gen_ai.operation.name': 'chat', ...attributes } };
}

/** Spans with the numbers from `from` to `to` in what `attributesOf` gives. */
function chats(from: number, to: number, attributesOf: (n: number) => SpanInput['attributes']): SpanInput[] {
  return Array.from({ length: to - from }, (_, i) => chat(attributesOf(from + i)));
}

function send(values: ValueLimits, spans: readonly SpanInput[], at: { ms?: number; project?: string } = {}) {
  const { ms = receivedAtMs, project = 'default' } = at;
  return readBody(requestBody({ spans }), 'json', { values: values.of(project, ms) });
}

const model = (n: number) => ({ 'gen_ai.request.model': `m-${n}` });
const plan = (n: number) => ({ 'weir.dimension.plan': `p-${n}` });

describe('a dimension', () => {
  it('keeps 1,000 values of a project, and reads `other` for the rest', () => {
    const values = createValueLimits();
    const { streams, tally } = send(values, chats(0, 1_010, model));
    expect(new Set(streams.map((stream) => stream.model)).size).toBe(limits.dimensionValues + 1);
    expect(streams.slice(limits.dimensionValues).map((stream) => stream.model)).toEqual(
      Array(10).fill('other'),
    );
    expect(tally.altered.get('value_overflow')).toBe(10);
    expect([...tally.overflows]).toEqual([['model', 10]]);
  });

  it('goes on with the values that it has', () => {
    const values = createValueLimits();
    send(values, chats(0, 1_010, model));
    const { streams, tally } = send(values, chats(0, 3, model));
    expect(streams.map((stream) => stream.model)).toEqual(['m-0', 'm-1', 'm-2']);
    expect(tally.altered.size).toBe(0);
  });

  it('leaves the other dimensions and the other projects as they are', () => {
    const values = createValueLimits();
    send(values, chats(0, 1_010, model));
    const mixed = chat({ ...model(2_000), 'gen_ai.provider.name': 'acme', ...plan(1) });
    const [here] = send(values, [mixed]).streams;
    expect(here).toMatchObject({ model: 'other', provider: 'acme', customDimensions: { plan: 'p-1' } });
    expect(send(values, [mixed], { project: 'b' }).streams[0]?.model).toBe('m-2000');
  });

  it('may be a custom one, a label, a list or a fact of the resource', () => {
    const values = createValueLimits();
    const all = (n: number) => ({
      ...plan(n),
      'error.type': `e-${n}`,
      'gen_ai.response.finish_reasons': [`f-${n}`],
      'network.carrier.name': `c-${n}`,
    });
    const { streams, tally } = send(values, chats(0, 1_001, all));
    expect(streams.at(-1)).toMatchObject({
      customDimensions: { plan: 'other' },
      errorType: 'other',
      finishReasons: ['other'],
      carrier: 'other',
    });
    expect(tally.overflows.get('weir.dimension.plan')).toBe(1);
  });

  it('never counts what is not known', () => {
    const values = createValueLimits();
    send(values, chats(0, 1_001, model));
    expect(send(values, [chat({})]).streams[0]?.model).toBe('unknown');
  });
});

describe('a flood of new values', () => {
  it('does not displace the values of the hour before', () => {
    const values = createValueLimits();
    send(values, [chat(model(-1))]);
    send(values, chats(0, 1_200, model), { ms: receivedAtMs + hour });
    const { streams } = send(values, [chat(model(-1))], { ms: receivedAtMs + hour + 1 });
    expect(streams[0]?.model).toBe('m--1');
  });

  it('is forgotten two hours after it', () => {
    const values = createValueLimits();
    send(values, chats(0, 1_200, model));
    const later = (ms: number) =>
      send(values, [chat(model(5_000))], { ms: receivedAtMs + ms }).streams[0]?.model;
    expect([later(hour), later(2 * hour)]).toEqual(['other', 'm-5000']);
  });

  it('is not begun again by a restart', () => {
    const values = createValueLimits();
    send(values, chats(0, 1_000, plan));
    expect(values.admissions).toBeGreaterThan(999);
    const restarted = createValueLimits(JSON.parse(JSON.stringify(values.remembered())));
    const { streams } = send(restarted, [chat(plan(2_000)), chat(plan(7))]);
    expect(streams.map(({ customDimensions }) => customDimensions.plan)).toEqual(['other', 'p-7']);
  });
});

it('what another thread has admitted has its place here as well', () => {
  const [here, there] = [createValueLimits(), createValueLimits()];
  const { tally } = send(
    there,
    chats(0, 1_000, (n) => ({ ...model(n), ...plan(n) })),
  );
  here.of('default', receivedAtMs).adopt(tally.admitted);
  const [stream] = send(here, [chat({ ...model(2_000), ...plan(2_000) })]).streams;
  expect(stream).toMatchObject({ model: 'other', customDimensions: { plan: 'other' } });
  expect(here.remembered()).toEqual(there.remembered());
});

it('a project has at most 64 custom dimensions; what is more is dropped and counted', () => {
  const values = createValueLimits();
  const named = (n: number) => ({ [`weir.dimension.d${n}`]: 'x' });
  const { streams, tally } = send(values, chats(0, 70, named));
  expect(streams.filter(({ customDimensions }) => Object.keys(customDimensions).length === 0)).toHaveLength(
    6,
  );
  expect(tally.altered.get('dimension_dropped')).toBe(6);
});

it('a dimension that is shared by the spans of a resource is limited for each of them', () => {
  const values = createValueLimits();
  send(values, chats(0, 1_000, plan));
  const body = requestBody({ resource: { 'weir.dimension.plan': 'late' }, spans: [chat({}), chat({})] });
  const { streams } = readBody(body, 'json', { values: values.of('default', receivedAtMs) });
  expect(streams.map(({ customDimensions }) => customDimensions.plan)).toEqual(['other', 'other']);
});
