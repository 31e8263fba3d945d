import {
  type StorageKind,
  type StreamColumn,
  type StreamField,
  type StreamRecord,
  streamColumns,
} from '@weir/schemas/stream-record';
import { emptyRow } from './empty-row.ts';
import { ByteWriter } from './native-bytes.ts';
import {
  ArrayColumn,
  BoolColumn,
  type Column,
  Float32Column,
  HexColumn,
  HistogramColumn,
  LowCardinalityColumn,
  NullableColumn,
  StringColumn,
  TextMapColumn,
  UInt32Column,
  UInt64Column,
} from './native-columns.ts';

export type StreamValue = StreamRecord[StreamField];

/** Names of the columns of a block, in order, as SQL has them. */
export const streamColumnNames: string = streamColumns.map(({ name }) => name).join(', ');

/** `INSERT` statement that takes blocks of `StreamBlock`, one or several in a row. */
export const insertStreamsSql: string = `INSERT INTO streams (${streamColumnNames}) FORMAT Native`;

const idBytes = (column: StreamColumn): number => Number(/\d+/.exec(column.type)?.[0]);

const columnByKind: { readonly [K in StorageKind]: (column: StreamColumn) => Column<never> } = {
  id: (column) => new HexColumn(idBytes(column)),
  dimension: () => new LowCardinalityColumn(),
  label: () => new LowCardinalityColumn(),
  text: () => new StringColumn(),
  time: () => new UInt64Column(),
  seconds: () => new NullableColumn(new Float32Column(), 0),
  number: () => new NullableColumn(new Float32Column(), 0),
  count: () => new NullableColumn(new UInt32Column(), 0),
  size: () => new NullableColumn(new UInt64Column(), 0),
  flag: () => new NullableColumn(new BoolColumn(), false),
  weight: () => new Float32Column(),
  texts: () => new ArrayColumn(new LowCardinalityColumn()),
  counts: () => new ArrayColumn(new UInt32Column()),
  secondsList: () => new ArrayColumn(new Float32Column()),
  map: () => new TextMapColumn(),
  histogram: () => new HistogramColumn(),
};

/** Collects streams as columns and gives them out as one block of ClickHouse's Native format. */
export class StreamBlock {
  readonly #columns: readonly Column<StreamValue>[] = streamColumns.map(
    // The kind decides both the column and the type of the field's values; TypeScript cannot follow that through a list.
    (column) => columnByKind[column.kind](column) as Column<StreamValue>,
  );
  readonly #headers: readonly Buffer[] = streamColumns.map(columnHeader);
  /** Rows that each column has. */
  readonly #lengths = new Uint32Array(emptyRow.length);
  readonly #out = new ByteWriter(16_384);
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** @param values one of each column, in the order of `streamColumns` */
  append(values: readonly StreamValue[]): void {
    // Three of four values are empty. Counting those, and writing them when the next one is not, saves a call for each.
    for (let i = 0; i < emptyRow.length; i += 1) {
      const value = values[i] as StreamValue;
      if (value === emptyRow[i]) continue;
      const column = this.#columns[i] as Column<StreamValue>;
      this.#fillUp(i, column);
      column.append(value);
      this.#lengths[i] = this.#rows + 1;
    }
    this.#rows += 1;
  }

  /** Writes the empty values that stand before the row that comes next. */
  #fillUp(index: number, column: Column<StreamValue>): void {
    const missing = this.#rows - (this.#lengths[index] as number);
    if (missing > 0) column.repeat(emptyRow[index] as StreamValue, missing);
  }

  /** The block; afterwards this one is empty and takes the next. */
  take(): Buffer {
    const out = this.#out;
    out.varUint(this.#columns.length);
    out.varUint(this.#rows);
    for (const [i, column] of this.#columns.entries()) {
      const header = this.#headers[i] as Buffer;
      out.elements(header, header.byteLength);
      this.#fillUp(i, column);
      column.writePrefix(out);
      column.writeData(out);
    }
    const block = out.toBuffer();
    this.clear();
    return block;
  }

  clear(): void {
    this.#out.clear();
    this.#rows = 0;
    this.#lengths.fill(0);
    for (const column of this.#columns) column.clear();
  }
}

/**
 * The block with one column of `LowCardinality(String)` more, which has the same value in every row.
 *
 * @param block of this many rows, as `StreamBlock` gives it out
 * @returns buffers that follow each other
 */
export function withLabel(block: Buffer, rows: number, name: string, value: string): Buffer[] {
  let columns = 0;
  let length = 0;
  let byte = 0x80;
  for (; byte & 0x80; length += 1) {
    byte = block[length] ?? 0;
    columns |= (byte & 0x7f) << (7 * length);
  }
  const start = new ByteWriter(8);
  start.varUint(columns + 1);
  const labels = new LowCardinalityColumn();
  labels.repeat(value, rows);
  const end = new ByteWriter(128 + rows);
  end.text(name);
  end.text('LowCardinality(String)');
  labels.writePrefix(end);
  labels.writeData(end);
  return [start.toBuffer(), block.subarray(length), end.toBuffer()];
}

function columnHeader(column: StreamColumn): Buffer {
  const header = new ByteWriter(64);
  header.text(column.name);
  header.text(column.type);
  return header.toBuffer();
}
