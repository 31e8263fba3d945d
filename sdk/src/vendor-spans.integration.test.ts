import { OpenTelemetry } from '@ai-sdk/otel';
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { observedKey } from '@weir/schemas/attributes';
import { createSimulator, type Simulator } from '@weir/simulator';
import { registerTelemetry } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { observeFetch } from './fetch/observe-fetch.ts';
import { behave } from './testing/behaviours.ts';
import type { ChatClient } from './testing/clients.ts';
import { fetchClients } from './testing/vendors/index.ts';
import { sdkName } from './version.ts';

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
  metricReaders: [],
  logRecordProcessors: [],
  autoDetectResources: false,
});
let simulator: Simulator;

beforeAll(async () => {
  sdk.start();
  simulator = await createSimulator({ timeScale: 0 });
});
beforeEach(() => exporter.reset());
afterAll(async () => {
  await simulator.close();
  await sdk.shutdown();
});

function clientNamed(name: string): ChatClient {
  const client = fetchClients.find((one) => one.name === name);
  if (client === undefined) throw new Error(`there is no client ${name}`);
  return client;
}

async function spansOf(name: string) {
  const call = { url: simulator.url, fault: {}, fetch: observeFetch(globalThis.fetch) };
  expect((await behave(clientNamed(name), call, 'reads all')).ended).toBe('normally');
  const isOurs = ({ name }: { readonly name: string }) => name === sdkName;
  const spans = exporter.getFinishedSpans();
  return {
    ours: spans.filter((span) => isOurs(span.instrumentationScope)),
    others: spans.filter((span) => !isOurs(span.instrumentationScope)),
  };
}

describe('beside spans of other instrumentations', () => {
  test.each(['@anthropic-ai/sdk create', '@anthropic-ai/sdk .stream()'])(
    '%s: its own span is the parent, and says that the stream is counted already',
    async (name) => {
      const { ours, others } = await spansOf(name);
      expect(ours).toHaveLength(1);
      expect(others).toHaveLength(1);
      expect(others[0]?.attributes[observedKey]).toBe(true);
      expect(ours[0]?.parentSpanContext?.spanId).toBe(others[0]?.spanContext().spanId);
    },
  );

  test('ai with its own telemetry: none of its spans counts as a second stream', async () => {
    registerTelemetry(new OpenTelemetry());
    const { ours, others } = await spansOf('ai with @ai-sdk/openai chat');
    expect(ours).toHaveLength(1);
    // The call is marked; the operations of the others are no model calls.
    const said = others.map(({ attributes }) => [
      attributes['gen_ai.operation.name'],
      attributes[observedKey] ?? false,
    ]);
    expect(said).toEqual([
      ['chat', true],
      ['agent_step', false],
      ['invoke_agent', false],
    ]);
  });

  test('a span that is not about models stays as it is', async () => {
    const spans = await trace.getTracer('application').startActiveSpan('GET /answer', async (span) => {
      const found = await spansOf('openai chat');
      span.end();
      return found;
    });
    expect(spans.ours).toHaveLength(1);
    const [application] = exporter.getFinishedSpans().filter(({ name }) => name === 'GET /answer');
    expect(application?.attributes).toEqual({});
  });
});
