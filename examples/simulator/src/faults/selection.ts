import { parseDuration, parseSize } from '../duration.ts';
import { type IntermediaryName, isIntermediary } from '../proxy/intermediaries.ts';
import { MAX_CHUNKS, type TimingOverrides } from '../timing.ts';
import { type FaultName, isFaultName } from './catalogue.ts';

/** What a fault may be told. Durations are milliseconds before `timeScale`. */
export interface FaultParameters {
  /** Content chunks before the fault. */
  readonly after: number;
  /** Length of a silence; unset means until the client leaves. */
  readonly stallMs: number | undefined;
  /** Pause between keep-alives. */
  readonly everyMs: number;
  readonly sizeBytes: number;
  readonly retryAfterSeconds: number;
  readonly gateway: IntermediaryName | undefined;
}

export const DEFAULT_PARAMETERS: FaultParameters = {
  after: 5,
  stallMs: undefined,
  everyMs: 5000,
  sizeBytes: 16 * 1024 * 1024,
  retryAfterSeconds: 2,
  gateway: undefined,
};

/** A fault as a request asks for it. */
export interface FaultSelection extends FaultParameters {
  readonly fault: FaultName;
  /** Makes content, ids and pacing of this request reproducible. */
  readonly seed: number | undefined;
  /** Only the first `times` requests with the same `key` fail; those after them succeed. Unset: all of them. */
  readonly times: number | undefined;
  readonly key: string;
}

/** A good answer. */
export const WELL: FaultSelection = {
  ...DEFAULT_PARAMETERS,
  fault: 'completed',
  seed: undefined,
  times: undefined,
  key: '',
};

export type Parsed<T> =
  | { readonly status: 'ok'; readonly value: T }
  | { readonly status: 'invalid'; readonly problem: string };

export const FAULT_HEADER = 'x-simulator-fault';
export const TIMING_HEADER = 'x-simulator-timing';
const MAX_SIZE = 256 * 1024 * 1024;

type Change<T> = (text: string) => Partial<T> | undefined;

function count(text: string, max: number): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= max ? value : undefined;
}

/** Reads the text of one parameter into one field; `undefined` if it cannot be read. */
function field<K extends string, V>(name: K, read: (text: string) => V | undefined) {
  return (text: string) => {
    const value = read(text);
    return value === undefined ? undefined : ({ [name]: value } as Record<K, V>);
  };
}

const FAULT_FIELDS: Readonly<Record<string, Change<FaultSelection>>> = {
  after: field('after', (text) => count(text, MAX_CHUNKS)),
  stall: field('stallMs', parseDuration),
  every: field('everyMs', (text) => (parseDuration(text) === 0 ? undefined : parseDuration(text))),
  size: field('sizeBytes', (text) => (Number(parseSize(text)) <= MAX_SIZE ? parseSize(text) : undefined)),
  retry_after: (text) => {
    const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
    return ms === undefined ? undefined : { retryAfterSeconds: ms / 1000 };
  },
  gateway: field('gateway', (text) => (isIntermediary(text) ? text : undefined)),
  seed: field('seed', (text) => count(text, 2 ** 32 - 1)),
  times: field('times', (text) => count(text, 1_000_000)),
  key: field('key', (text) => (text.length <= 100 ? text : undefined)),
};

const TIMING_FIELDS: Readonly<Record<string, Change<TimingOverrides>>> = {
  headers: field('headersMs', parseDuration),
  ttft: field('ttftMs', parseDuration),
  gap: field('gapMs', parseDuration),
  jitter: field('jitter', (text) => (Number(text) >= 0 && Number(text) <= 3 ? Number(text) : undefined)),
  chunks: field('chunks', (text) => count(text, MAX_CHUNKS)),
};

function parseFields<T extends object>(
  pairs: readonly string[],
  fields: Readonly<Record<string, Change<T>>>,
  into: T,
): Parsed<T> {
  const value: T = { ...into };
  for (const pair of pairs) {
    const [key = '', text = ''] = pair.split('=', 2).map((part) => part.trim());
    const read = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (read === undefined) {
      return {
        status: 'invalid',
        problem: `unknown parameter "${key}"; known: ${Object.keys(fields).join(', ')}`,
      };
    }
    const change = read(text);
    if (change === undefined) return { status: 'invalid', problem: `parameter "${key}" cannot be "${text}"` };
    Object.assign(value, change);
  }
  return { status: 'ok', value };
}

function split(text: string): string[] {
  return text
    .split(/[;,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `name; key=value; key=value`. `none` is `completed`. */
export function parseFault(text: string): Parsed<FaultSelection> {
  const [first = '', ...pairs] = split(text);
  const name = first === 'none' ? 'completed' : first;
  if (!isFaultName(name)) {
    return { status: 'invalid', problem: `unknown fault "${first}"; GET /simulator/faults lists them` };
  }
  return parseFields(pairs, FAULT_FIELDS, { ...WELL, fault: name });
}

/** `ttft=300ms, gap=20ms, chunks=50`. */
export function parseTiming(text: string): Parsed<TimingOverrides> {
  return parseFields<TimingOverrides>(split(text), TIMING_FIELDS, {});
}

/** A fault as a program asks for it; what is left out has its default. */
export interface FaultRequest extends Partial<Omit<FaultSelection, 'fault'>> {
  readonly fault?: FaultName | undefined;
  readonly timing?: TimingOverrides | undefined;
}

/** The request headers that ask for a fault and a timing: what a client of the simulator sends. */
export function simulatorHeaders(request: FaultRequest): Record<string, string> {
  const fault = [
    request.fault ?? 'completed',
    ...pairs([
      ['after', request.after],
      ['stall', request.stallMs],
      ['every', request.everyMs],
      ['size', request.sizeBytes],
      ['retry_after', request.retryAfterSeconds],
      ['gateway', request.gateway],
      ['seed', request.seed],
      ['times', request.times],
      ['key', request.key],
    ]),
  ];
  const timing = pairs([
    ['headers', request.timing?.headersMs],
    ['ttft', request.timing?.ttftMs],
    ['gap', request.timing?.gapMs],
    ['jitter', request.timing?.jitter],
    ['chunks', request.timing?.chunks],
  ]);
  return {
    [FAULT_HEADER]: fault.join('; '),
    ...(timing.length > 0 ? { [TIMING_HEADER]: timing.join(', ') } : {}),
  };
}

function pairs(fields: readonly (readonly [string, string | number | undefined])[]): string[] {
  return fields.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`${key}=${value}`]));
}
