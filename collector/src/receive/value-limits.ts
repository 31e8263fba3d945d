import { customDimensionPrefix } from '@weir/schemas/attributes';
import { otherValue } from '@weir/schemas/receiving';
import { type StreamColumn, type StreamField, streamColumns } from '@weir/schemas/stream-record';
import type { StreamValue } from '../clickhouse/native-block.ts';
import { DistinctValues } from './distinct-values.ts';
import { limits } from './limits.ts';
import { fieldIndex } from './span-state.ts';
import { count, type Tally } from './tally.ts';

/**
 * Bounds how many values a dimension of a project may have. Panels, dictionaries of ClickHouse's columns and rollups
 * grow with that number, and a sender that puts an id where a model belongs would otherwise make all of them useless.
 */
export interface ValueLimits {
  /** The limits of one project at a time; time does not run backwards. @param atMs Unix milliseconds */
  of(project: string, atMs: number): ProjectValues;
  /** What is remembered, for a later start. */
  remembered(): RememberedValues;
  /** How many values were given a place since the start: what is remembered is new when this is. */
  readonly admissions: number;
}

/** Values by dimension by project; a dimension is a field, or a custom one as it travels: `weir.dimension.plan`. */
export type RememberedValues = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Their vocabularies are closed, or their values ours. */
const closedFields: ReadonlySet<StreamField> = new Set([
  'project',
  'networkType',
  'vantage',
  'outcome',
  'reason',
  'stage',
  'initiator',
  'attachmentClass',
  'linkType',
] satisfies StreamField[]);

interface LimitedColumn {
  readonly index: number;
  readonly field: StreamField;
}

const isLimited =
  (...kinds: readonly StreamColumn['kind'][]) =>
  ({ field, kind }: StreamColumn) =>
    kinds.includes(kind) && !closedFields.has(field);
const limitedColumn = ({ field }: StreamColumn): LimitedColumn => ({ field, index: fieldIndex[field] });
const textColumns = streamColumns.filter(isLimited('dimension', 'label')).map(limitedColumn);
const listColumns = streamColumns.filter(isLimited('texts')).map(limitedColumn);
const customDimensionsIndex = fieldIndex.customDimensions;

/** Values that take no place: what is not known, and what already stands for others. */
const isFree = (value: string) => value === '' || value === 'unknown' || value === otherValue;

export function createValueLimits(remembered: RememberedValues = {}): ValueLimits {
  const projects = new Map<string, ProjectValues>();
  let admissions = 0;
  const onAdmit = () => {
    admissions += 1;
  };
  for (const [project, values] of Object.entries(remembered)) {
    projects.set(project, new ProjectValues(onAdmit, values));
  }
  return {
    of(project, atMs) {
      let values = projects.get(project);
      if (values === undefined) {
        values = new ProjectValues(onAdmit, {});
        projects.set(project, values);
      }
      values.turnAt(atMs);
      return values;
    },
    remembered: () =>
      Object.fromEntries(Array.from(projects, ([project, values]) => [project, values.remembered()])),
    get admissions() {
      return admissions;
    },
  };
}

/** The values of one project. */
export class ProjectValues {
  readonly #onAdmit: () => void;
  readonly #byDimension = new Map<string, DistinctValues>();
  /** The last value of each text column: most streams repeat it, and comparing is cheaper than looking it up. */
  readonly #lastTexts: StreamValue[] = textColumns.map(() => '');
  readonly #customNames: DistinctValues;
  #windowStartedAtMs: number | undefined;

  constructor(onAdmit: () => void, remembered: RememberedValues[string]) {
    this.#onAdmit = onAdmit;
    for (const [dimension, values] of Object.entries(remembered)) {
      this.#byDimension.set(dimension, new DistinctValues(limits.dimensionValues, values));
    }
    const customNames = Object.keys(remembered)
      .filter((dimension) => dimension.startsWith(customDimensionPrefix))
      .map((dimension) => dimension.slice(customDimensionPrefix.length));
    this.#customNames = new DistinctValues(limits.projectDimensions, customNames);
  }

  turnAt(atMs: number): void {
    this.#windowStartedAtMs ??= atMs;
    const windows = Math.floor((atMs - this.#windowStartedAtMs) / limits.valueWindowMs);
    if (windows < 1) return;
    this.#windowStartedAtMs += windows * limits.valueWindowMs;
    // After two windows nothing of the past is left, however many there were.
    for (let turn = 0; turn < Math.min(windows, 2); turn += 1) this.#turn();
    this.#lastTexts.fill('');
  }

  #turn(): void {
    this.#customNames.turn();
    for (const [dimension, values] of this.#byDimension) {
      values.turn();
      if (values.size === 0) this.#byDimension.delete(dimension);
    }
  }

  /** Replaces the values of a row for which there is no place. */
  limit(row: StreamValue[], tally: Tally): void {
    for (let i = 0; i < textColumns.length; i += 1) {
      const { index, field } = textColumns[i] as LimitedColumn;
      const value = row[index] as string;
      if (value === this.#lastTexts[i]) continue;
      if (this.#admits(field, value, tally)) this.#lastTexts[i] = value;
      else row[index] = this.#other(field, tally);
    }
    for (const { index, field } of listColumns) {
      const texts = row[index] as readonly string[];
      if (texts.every((text) => this.#admits(field, text, tally))) continue;
      row[index] = texts.map((text) => (this.#admits(field, text) ? text : this.#other(field, tally)));
    }
    row[customDimensionsIndex] = this.#limitCustom(
      row[customDimensionsIndex] as Readonly<Record<string, string>>,
      tally,
    );
  }

  /** A record that fits is given back as it is: it may be the resource's. */
  #limitCustom(record: Readonly<Record<string, string>>, tally: Tally): StreamValue {
    let kept: Record<string, string> | undefined;
    for (const name in record) {
      const value = record[name] as string;
      const dimension = customDimensionPrefix + name;
      if (!this.#customNames.admit(name)) {
        kept ??= copyOf(record);
        delete kept[name];
        count(tally.altered, 'dimension_dropped');
      } else if (!this.#admits(dimension, value, tally)) {
        kept ??= copyOf(record);
        kept[name] = this.#other(dimension, tally);
      }
    }
    return kept ?? record;
  }

  /** Gives places to what another thread has admitted, as far as there are any. */
  adopt(admitted: Tally['admitted']): void {
    for (const [dimension, values] of admitted) {
      const isCustom = dimension.startsWith(customDimensionPrefix);
      if (isCustom && !this.#customNames.admit(dimension.slice(customDimensionPrefix.length))) continue;
      for (const value of values) this.#admits(dimension, value);
    }
  }

  #admits(dimension: string, value: string, tally?: Tally): boolean {
    if (isFree(value)) return true;
    let values = this.#byDimension.get(dimension);
    if (values === undefined) {
      values = new DistinctValues(limits.dimensionValues);
      this.#byDimension.set(dimension, values);
    }
    const before = values.size;
    const isAdmitted = values.admit(value);
    if (values.size !== before) this.#note(dimension, value, tally);
    return isAdmitted;
  }

  #note(dimension: string, value: string, tally: Tally | undefined): void {
    this.#onAdmit();
    const noted = tally?.admitted.get(dimension);
    if (noted === undefined) tally?.admitted.set(dimension, [value]);
    else noted.push(value);
  }

  #other(dimension: string, tally: Tally): string {
    count(tally.altered, 'value_overflow');
    count(tally.overflows, dimension);
    return otherValue;
  }

  remembered(): RememberedValues[string] {
    return Object.fromEntries(
      Array.from(this.#byDimension, ([dimension, values]) => [dimension, [...values]]),
    );
  }
}

/** Without a prototype: a dimension may be called anything. */
function copyOf(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.assign(Object.create(null), record) as Record<string, string>;
}
