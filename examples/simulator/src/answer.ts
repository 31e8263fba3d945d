import { asList, asObject, asText, type Json } from './json.ts';
import { BASE62, pick, type Random, randomString } from './random.ts';

/** Why the model stopped, in words no single provider owns; each protocol maps them to its own. */
export type Finish =
  | 'stop'
  | 'length'
  | 'content_filter'
  | 'refusal'
  | 'tool_call'
  | 'pause'
  | 'prompt_blocked';

export interface ToolCall {
  readonly name: string;
  readonly id: string;
  /** The JSON arguments as the model emits them, piece by piece. */
  readonly pieces: readonly string[];
}

/** What the model says, cut into the pieces that become content chunks. Deterministic from the random source. */
export interface Answer {
  readonly reasoning: readonly string[];
  readonly text: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finish: Finish;
  readonly outputTokens: number;
  /** Tokens of the chain of thought, part of `outputTokens`; also counted when the thought is hidden. */
  readonly reasoningTokens: number;
}

export interface Tool {
  readonly name: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Json;
}

const SUBJECTS = [
  'A weir',
  'The gauge',
  'Each sluice',
  'The upper reach',
  'A sharp crest',
  'The stilling basin',
] as const;
const VERBS = ['raises', 'measures', 'slows', 'steadies', 'reveals', 'spreads'] as const;
const OBJECTS = [
  'the discharge',
  'le débit',
  'the head of water',
  'der Überlauf',
  '流量',
  'every eddy 🌊',
] as const;
const CLAUSES = [
  'without stopping the flow',
  'even when the river runs high',
  'within two per cent',
  'before anyone downstream notices',
  'at the same place every day',
] as const;
const LONGEST_TOKEN = 7;

function* sentenceTokens(random: Random): Generator<string> {
  for (let first = true; ; first = false) {
    const sentence = `${pick(random, SUBJECTS)} ${pick(random, VERBS)} ${pick(random, OBJECTS)} ${pick(random, CLAUSES)}.`;
    const words = sentence.split(' ');
    for (const [index, word] of words.entries()) {
      const spaced = first && index === 0 ? word : ` ${word}`;
      yield* splitPoints(spaced);
    }
  }
}

/** Long words leave as two tokens, never splitting a character. */
function splitPoints(word: string): string[] {
  const characters = Array.from(word);
  if (characters.length <= LONGEST_TOKEN) return [word];
  return [characters.slice(0, LONGEST_TOKEN - 2).join(''), characters.slice(LONGEST_TOKEN - 2).join('')];
}

export interface ProseLimits {
  readonly chunks: number;
  /** A chunk holds 1 to this many tokens: some providers send each token, some batch them. */
  readonly tokensPerChunk: number;
  readonly maxTokens: number;
}

/** Prose of at most `chunks` pieces and `maxTokens` tokens. */
export function prose(random: Random, limits: ProseLimits): { pieces: string[]; tokens: number } {
  const source = sentenceTokens(random);
  const pieces: string[] = [];
  let tokens = 0;
  while (pieces.length < limits.chunks && tokens < limits.maxTokens) {
    const size = Math.min(1 + Math.floor(random() * limits.tokensPerChunk), limits.maxTokens - tokens);
    let piece = '';
    for (let index = 0; index < size; index += 1) piece += source.next().value ?? '';
    pieces.push(piece);
    tokens += size;
  }
  return { pieces, tokens };
}

/** The words of a model that declines, cut like any other text. */
export function refusalProse(): string[] {
  return ["I'm", ' sorry', ',', ' but', ' I', ' can', "'t", ' help', ' with', ' that', '.'];
}

export const DEFAULT_TOOL: Tool = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['location'],
  },
};

const MAX_SCHEMA_DEPTH = 4;

function valueFor(schema: Json, random: Random, depth: number): unknown {
  const allowed = asList(schema.enum);
  if (allowed !== undefined && allowed.length > 0) return allowed[Math.floor(random() * allowed.length)];
  switch (asText(schema.type)) {
    case 'integer':
      return Math.floor(random() * 100);
    case 'number':
      return Math.round(random() * 1000) / 10;
    case 'boolean':
      return random() < 0.5;
    case 'array':
      return depth < MAX_SCHEMA_DEPTH ? [valueFor(asObject(schema.items) ?? {}, random, depth + 1)] : [];
    case 'object':
      return depth < MAX_SCHEMA_DEPTH ? objectFor(schema, random, depth + 1) : {};
    default:
      return pick(random, ['San Francisco', 'Zürich', 'the upper reach']);
  }
}

function objectFor(schema: Json, random: Random, depth: number): Json {
  const properties = Object.entries(asObject(schema.properties) ?? {});
  return Object.fromEntries(
    properties.map(([key, value]) => [key, valueFor(asObject(value) ?? {}, random, depth)]),
  );
}

/** A call of `tool` with arguments that fit its schema. */
export function callOf(tool: Tool, idPrefix: string, random: Random): ToolCall {
  const text = JSON.stringify(objectFor(tool.parameters, random, 0));
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; ) {
    const size = 2 + Math.floor(random() * 6);
    pieces.push(characters.slice(start, start + size).join(''));
    start += size;
  }
  return { name: tool.name, id: `${idPrefix}${randomString(random, BASE62, 24)}`, pieces };
}
