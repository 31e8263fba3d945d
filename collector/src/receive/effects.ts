import { openReport } from '@weir/schemas/attributes';
import { type StorageKind, type StreamField, streamFields } from '@weir/schemas/stream-record';
import { type AttributeValue, readerOf, readText, toNumber } from './attribute-value.ts';
import { limits } from './limits.ts';
import { fieldIndex, type SpanState } from './span-state.ts';
import { count } from './tally.ts';

/** What an attribute does to the span that carries it. */
export interface Effect {
  (span: SpanState, value: AttributeValue): void;
  /** Values come from a small vocabulary, so that it pays to remember them. */
  readonly repeats?: boolean;
}

const repeatingKinds: ReadonlySet<StorageKind> = new Set(['dimension', 'label', 'texts'] as const);

/** Turns what a vocabulary says into what the field means; undefined when it says nothing of use. */
export type Convert = (value: AttributeValue) => AttributeValue | undefined;

/** The attribute is a field of the stream. */
export function fact(field: StreamField, as: number, convert?: Convert): Effect {
  const index = fieldIndex[field];
  const { kind } = streamFields[field];
  const read = readerOf(field, kind);
  const keep: Effect = (span, value) => {
    if (!span.accepts(index, as)) return;
    const converted = convert === undefined ? value : convert(value);
    const kept = converted === undefined ? undefined : read(converted, span.altered);
    if (kept === undefined) count(span.altered, 'value_dropped');
    else span.put(index, as, kept);
  };
  return Object.assign(keep, { repeats: repeatingKinds.has(kind) });
}

/** Only the words of a closed vocabulary pass; another word reads `unknown`. */
export function oneOf(words: readonly string[]): Convert {
  const known = new Set<AttributeValue>(words);
  return (value) => (known.has(value) ? value : undefined);
}

export function text(convert: (text: string) => string | undefined): Convert {
  return (value) => (typeof value === 'string' ? convert(value) : undefined);
}

export const milliseconds: Convert = (value) => {
  const number = toNumber(value);
  return number === undefined ? undefined : number / 1_000;
};

export function customDimension(name: string): Effect {
  const keep: Effect = (span, value) => {
    const kept = readText(value, limits.dimensionLength, span.altered);
    if (kept !== undefined) span.addDimension(name, kept);
  };
  return Object.assign(keep, { repeats: true });
}

/** The call inside this span is observed, and reported by a span of its own. */
export const enclosesObserved: Effect = (span, value) => {
  if (value === true) span.isObserved = true;
};

/** The sender has dropped the stream: others of its kind stand for it. */
export const weighsNothing: Effect = (span, value) => {
  if (toNumber(value) === 0) span.isSampledOut = true;
};

/** The span is no stream, but a report of the one above it, which has not ended. */
export const reportsOpen: Effect = (span, value) => {
  if (value === openReport.phase) span.isOpenReport = true;
};

export const promisesReport: Effect = (span, value) => {
  const seconds = toNumber(value);
  if (seconds !== undefined && seconds > 0) span.nextReportSeconds = seconds;
};

export const namesParent: Effect = (span, value) => {
  if (typeof value === 'string') span.streamParentId = value;
};

export const reportsLosses: Effect = (span, value) => {
  const spans = toNumber(value);
  if (spans !== undefined && spans >= 0 && Number.isSafeInteger(spans)) span.lostSpans = spans;
};

/** The span says what kind of work it was; any kind but these is not a model call. */
export function kindOfWork(modelCalls: readonly string[]): Effect {
  const calls = new Set(modelCalls);
  return (span, value) => {
    if (typeof value !== 'string') return;
    if (calls.has(value.toLowerCase())) span.isModelCall = true;
    else span.isAnotherKind = true;
  };
}

/** As `kindOfWork`, where only some words are known to be something else. */
export function otherKindOfWork(others: readonly string[]): Effect {
  const known = new Set(others);
  return (span, value) => {
    if (typeof value === 'string' && known.has(value.toLowerCase())) span.isAnotherKind = true;
  };
}

/** ISO 8601 with a zone, in quotes or not: the time of the first token. */
export const firstTokenTime: Effect = (span, value) => {
  if (typeof value !== 'string') return;
  const written = value.replaceAll('"', '');
  const ms = /(Z|[-+]\d\d:?\d\d)$/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(ms)) count(span.altered, 'value_dropped');
  else span.firstTokenNs = ms * 1e6;
};

export const errorLevel: Effect = (span, value) => {
  if (value === 'ERROR') span.saysError = true;
};

/** Facts in JSON text: `{"input": 12, "output": 34}`. Of other types than a number, a text or a flag nothing is read. */
export function withinJson(facts: { readonly [name: string]: Effect }): Effect {
  return (span, value) => {
    if (typeof value !== 'string' || value.length > MAX_JSON_TEXT) return;
    const parsed = parseObject(value);
    for (const [name, effect] of Object.entries(facts)) {
      const said = Object.hasOwn(parsed, name) ? parsed[name] : undefined;
      if (typeof said === 'number' || typeof said === 'string' || typeof said === 'boolean')
        effect(span, said);
    }
  };
}

const MAX_JSON_TEXT = 4_096;

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
