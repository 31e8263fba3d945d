import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultName } from '../faults/catalogue.ts';
import { createSimulator, type Simulator } from '../simulator.ts';
import { readMessages } from '../testing/eventstream-reader.ts';
import { wireFormats } from '../testing/wire-formats.ts';
import type { ProtocolName } from './protocol.ts';

/** Stream bodies as providers sent them, beside the repository; see CONTRIBUTING.md. */
const RECORDED = new URL('../../../../../shared/data/streams/', import.meta.url);

interface RecordedStream {
  readonly file: string;
  readonly provider: string;
  readonly api: string;
  readonly http: { readonly url?: string };
}

/** Which recordings show a protocol as its own provider speaks it. */
const SOURCES: Readonly<Record<ProtocolName, (stream: RecordedStream) => boolean>> = {
  openai_chat: ({ provider, api }) => provider === 'openai' && api === 'openai_chat',
  openai_responses: ({ provider, api }) => provider === 'openai' && api === 'openai_responses',
  anthropic: ({ provider }) => provider === 'anthropic',
  gemini: ({ provider }) => provider === 'google',
  ollama: ({ provider, file }) => provider === 'ollama' && file.endsWith('_chat_legacy-i0.ndjson'),
  cohere: ({ api }) => api === 'cohere_v2',
  bedrock: ({ api, http }) =>
    api === 'bedrock_eventstream' && http.url?.endsWith('/converse-stream') === true,
};

type Payload = Readonly<Record<string, unknown>>;

function payloadsOf(protocol: ProtocolName, body: Buffer): Payload[] {
  if (protocol === 'bedrock') {
    return readMessages(body).messages.map(({ headers, payload }) => ({
      type: headers[':event-type'],
      ...JSON.parse(payload),
    }));
  }
  return body
    .toString()
    .split(/\r?\n/)
    .map((line) => line.replace(/^data: ?/, ''))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Payload);
}

/** Every key with the path to it; what is inside tool arguments and schemas belongs to the application. */
function keyPaths(value: unknown, path: string, into: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const item of value) keyPaths(item, `${path}[]`, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      into.add(`${path}.${key}`);
      if (!['args', 'parameters', 'input'].includes(key)) keyPaths(inner, `${path}.${key}`, into);
    }
  }
  return into;
}

interface Shape {
  readonly seen: ReadonlySet<string>;
  readonly always: ReadonlySet<string>;
}

/** The keys of each kind of event: those seen at all, and those present in every one. */
function shapesOf(payloads: readonly Payload[]): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const payload of payloads) {
    const kind = String(payload.type ?? 'chunk');
    const keys = keyPaths(payload, '', new Set());
    const before = shapes.get(kind) ?? { seen: keys, always: keys };
    shapes.set(kind, {
      seen: new Set([...before.seen, ...keys]),
      always: new Set([...before.always].filter((key) => keys.has(key))),
    });
  }
  return shapes;
}

function difference(left: ReadonlySet<string>, right: ReadonlySet<string>): string[] {
  return [...left].filter((key) => !right.has(key));
}

function recordedShapes(protocol: ProtocolName): Map<string, Shape> {
  const index = JSON.parse(readFileSync(new URL('index.json', RECORDED), 'utf8'));
  const streams = (index.entries as RecordedStream[]).filter(SOURCES[protocol]);
  return shapesOf(streams.flatMap(({ file }) => payloadsOf(protocol, readFileSync(new URL(file, RECORDED)))));
}

interface Case {
  readonly protocol: ProtocolName;
  readonly fault: FaultName;
  /** What the request asks for in addition. */
  readonly besides?: Payload;
}

const cases: readonly Case[] = [
  { protocol: 'openai_chat', fault: 'completed' },
  { protocol: 'openai_chat', fault: 'completed', besides: { stream_options: { include_usage: true } } },
  { protocol: 'openai_chat', fault: 'tool_call' },
  { protocol: 'openai_chat', fault: 'refusal' },
  { protocol: 'openai_responses', fault: 'completed' },
  { protocol: 'openai_responses', fault: 'completed', besides: { model: 'o3' } },
  { protocol: 'openai_responses', fault: 'tool_call' },
  { protocol: 'openai_responses', fault: 'error_first' },
  { protocol: 'anthropic', fault: 'completed' },
  { protocol: 'anthropic', fault: 'completed', besides: { thinking: { type: 'adaptive' } } },
  { protocol: 'anthropic', fault: 'tool_call' },
  { protocol: 'anthropic', fault: 'refusal' },
  { protocol: 'anthropic', fault: 'pause' },
  { protocol: 'gemini', fault: 'completed' },
  { protocol: 'gemini', fault: 'tool_call' },
  { protocol: 'ollama', fault: 'completed' },
  { protocol: 'cohere', fault: 'completed' },
  { protocol: 'cohere', fault: 'completed', besides: { thinking: { type: 'enabled' } } },
  { protocol: 'cohere', fault: 'tool_call' },
  { protocol: 'bedrock', fault: 'completed' },
  { protocol: 'bedrock', fault: 'tool_call' },
];

describe.skipIf(!existsSync(RECORDED))('beside recorded streams', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await createSimulator({ timeScale: 0 });
  });
  afterAll(() => simulator.close());

  it.each(cases)(
    '$protocol with $fault has no key of its own and lacks none that is always there',
    async ({ protocol, fault, besides }) => {
      const format = wireFormats[protocol];
      const response = await fetch(`${simulator.url}/fault/${fault}${format.path}`, {
        method: 'POST',
        body: JSON.stringify({ ...format.body, ...besides }),
      });
      const recorded = recordedShapes(protocol);
      const simulated = shapesOf(payloadsOf(protocol, Buffer.from(await response.arrayBuffer())));
      expect(simulated.size).toBeGreaterThan(0);
      for (const [kind, shape] of simulated) {
        const real = recorded.get(kind);
        if (real === undefined) throw new Error(`${kind} is not in any recording`);
        expect(difference(shape.seen, real.seen), `invented in ${kind}`).toEqual([]);
        expect(difference(real.always, shape.always), `missing in ${kind}`).toEqual([]);
      }
    },
  );
});
