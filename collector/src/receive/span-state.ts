import type { Alteration } from '@weir/schemas/receiving';
import { type StreamField, type StreamRecord, streamColumns } from '@weir/schemas/stream-record';
import { emptyRow } from '../clickhouse/empty-row.ts';
import type { StreamValue } from '../clickhouse/native-block.ts';
import { limits } from './limits.ts';
import { count } from './tally.ts';

/** Position of a field in a row. */
export const fieldIndex = Object.fromEntries(streamColumns.map(({ field }, index) => [field, index])) as {
  readonly [F in StreamField]: number;
};

/** How much a source is to be believed: of two that say the same fact, the lower rank wins; of equals, the later. */
export const rank = { canonical: 0, dialect: 1, derived: 100, resource: 200, unset: 255 } as const;

/**
 * What is known of the span (or resource) being read. One object is used again for every span, because a busy collector
 * would otherwise spend its time on collecting garbage.
 */
export class SpanState {
  /** The row, in column order. Values that are not known are the empty ones of their kind. */
  readonly values: StreamValue[] = [...emptyRow];
  readonly #ranks = new Uint8Array(emptyRow.length).fill(rank.unset);
  /** Shared with every other state of the request. */
  readonly altered: Map<Alteration, number>;

  /** Some attribute belongs to a vocabulary of model calls. */
  isAboutModels = false;
  /** The span says to be something around a model call, not the call. */
  isAnotherKind = false;
  /** The span says to be a model call. */
  isModelCall = false;
  /** It encloses a call that has a stream of its own. */
  isObserved = false;
  /** The sampling of its sender has dropped it. */
  isSampledOut = false;
  /** It reports the stream of the span above it, which has not ended: in how long the next report is due, s ... */
  isOpenReport = false;
  nextReportSeconds = 0;
  /** ... and what is above that one; '' when nothing is. */
  streamParentId = '';
  /** Spans that its sender had to drop before it; says nothing of the span. */
  lostSpans = 0;
  /** A vocabulary of its own says that it failed, besides the span status. */
  saysError = false;
  startNs = 0;
  endNs = 0;
  statusCode = 0;
  /** When the first token came, Unix ns; 0 when no event or attribute said so. */
  firstTokenNs = 0;

  constructor(altered: Map<Alteration, number>) {
    this.altered = altered;
  }

  get<F extends StreamField>(field: F): StreamRecord[F] {
    return this.values[fieldIndex[field]] as StreamRecord[F];
  }

  set<F extends StreamField>(field: F, value: StreamRecord[F], as: number = rank.derived): void {
    this.put(fieldIndex[field], as, value);
  }

  /** Whether anything of at least this rank has been said about the field. */
  knows(field: StreamField, atLeast: number = rank.resource): boolean {
    return (this.#ranks[fieldIndex[field]] ?? rank.unset) <= atLeast;
  }

  accepts(index: number, as: number): boolean {
    return as <= (this.#ranks[index] ?? rank.unset);
  }

  put(index: number, as: number, value: StreamValue): void {
    if (!this.accepts(index, as)) return;
    this.values[index] = value;
    this.#ranks[index] = as;
  }

  addDimension(name: string, value: string): void {
    const known = this.get('customDimensions');
    const isFull = !(name in known) && Object.keys(known).length >= limits.customDimensions;
    if (isFull || name.length > limits.customDimensionNameLength) {
      count(this.altered, 'dimension_dropped');
      return;
    }
    // Without a prototype: a dimension may be called anything. A new object, because the old one may be the resource's.
    const dimensions = Object.assign(Object.create(null), known, { [name]: value }) as Record<string, string>;
    this.values[fieldIndex.customDimensions] = dimensions;
  }

  /** Forgets everything. */
  clear(): void {
    for (let i = 0; i < emptyRow.length; i += 1) this.values[i] = emptyRow[i] as StreamValue;
    this.#ranks.fill(rank.unset);
    this.#clearFlags();
  }

  /** Begins with what the resource says, which anything that the span says outranks. */
  startFrom(resource: SpanState): void {
    for (let i = 0; i < emptyRow.length; i += 1) {
      this.values[i] = resource.values[i] as StreamValue;
      this.#ranks[i] = resource.#ranks[i] === rank.unset ? rank.unset : rank.resource;
    }
    this.#clearFlags();
  }

  #clearFlags(): void {
    this.isAboutModels = false;
    this.isAnotherKind = false;
    this.isModelCall = false;
    this.isObserved = false;
    this.isSampledOut = false;
    this.isOpenReport = false;
    this.nextReportSeconds = 0;
    this.streamParentId = '';
    this.lostSpans = 0;
    this.saysError = false;
    this.startNs = 0;
    this.endNs = 0;
    this.statusCode = 0;
    this.firstTokenNs = 0;
  }
}
