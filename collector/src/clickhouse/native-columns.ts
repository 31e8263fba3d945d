import { ByteWriter, KEPT_BYTES } from './native-bytes.ts';

/**
 * Builds one column of a block in ClickHouse's Native format.
 * Layout: https://clickhouse.com/docs/interfaces/formats/Native and ClickHouse's `src/DataTypes/Serializations`.
 */
export interface Column<T> {
  append(value: T): void;
  /** Appends the same value so many times; cheap for what most columns of most rows hold, which is nothing. */
  repeat(value: T, times: number): void;
  /** What stands before the data of a column, once, however deep the type is nested. */
  writePrefix(out: ByteWriter): void;
  writeData(out: ByteWriter): void;
  clear(): void;
}

type Elements = Uint8Array | Uint32Array | Float32Array;

/** Fixed-width values in a typed array that doubles. */
abstract class ElementsColumn<T, A extends Elements> implements Column<T> {
  protected elements: A;
  protected length = 0;
  readonly #allocate: (length: number) => A;

  constructor(allocate: (length: number) => A) {
    this.#allocate = allocate;
    this.elements = allocate(INITIAL_ELEMENTS);
  }

  abstract append(value: T): void;

  abstract repeat(value: T, times: number): void;

  writePrefix(): void {}

  writeData(out: ByteWriter): void {
    out.elements(this.elements, this.length * this.elements.BYTES_PER_ELEMENT);
  }

  clear(): void {
    this.length = 0;
    if (this.elements.byteLength > KEPT_BYTES) this.elements = this.#allocate(INITIAL_ELEMENTS);
  }

  protected grow(): void {
    const grown = this.#allocate(this.elements.length * 2);
    grown.set(this.elements);
    this.elements = grown;
  }

  protected fill(element: number, times: number): void {
    const end = this.length + times;
    while (end > this.elements.length) this.grow();
    this.elements.fill(element, this.length, end);
    this.length = end;
  }
}

const INITIAL_ELEMENTS = 64;

export class UInt8Column extends ElementsColumn<number, Uint8Array> {
  constructor() {
    super((length) => new Uint8Array(length));
  }

  repeat(value: number, times: number): void {
    this.fill(value, times);
  }

  append(value: number): void {
    if (this.length === this.elements.length) this.grow();
    this.elements[this.length++] = value;
  }
}

export class BoolColumn extends ElementsColumn<boolean, Uint8Array> {
  constructor() {
    super((length) => new Uint8Array(length));
  }

  repeat(value: boolean, times: number): void {
    this.fill(value ? 1 : 0, times);
  }

  append(value: boolean): void {
    if (this.length === this.elements.length) this.grow();
    this.elements[this.length++] = value ? 1 : 0;
  }
}

export class UInt32Column extends ElementsColumn<number, Uint32Array> {
  constructor() {
    super((length) => new Uint32Array(length));
  }

  repeat(value: number, times: number): void {
    this.fill(value, times);
  }

  append(value: number): void {
    if (this.length === this.elements.length) this.grow();
    this.elements[this.length++] = value;
  }
}

export class Float32Column extends ElementsColumn<number, Float32Array> {
  constructor() {
    super((length) => new Float32Array(length));
  }

  repeat(value: number, times: number): void {
    this.fill(value, times);
  }

  append(value: number): void {
    if (this.length === this.elements.length) this.grow();
    this.elements[this.length++] = value;
  }
}

/** UInt64, and DateTime64 with its ticks as the value: non-negative integers up to 2^53. Low word first. */
export class UInt64Column extends ElementsColumn<number, Uint32Array> {
  constructor() {
    super((length) => new Uint32Array(length));
  }

  repeat(value: number, times: number): void {
    if (value === 0) this.fill(0, 2 * times);
    else for (let i = 0; i < times; i += 1) this.append(value);
  }

  append(value: number): void {
    if (this.length === this.elements.length) this.grow();
    this.elements[this.length++] = value;
    this.elements[this.length++] = value / 0x1_0000_0000;
  }
}

export class StringColumn implements Column<string> {
  readonly #bytes = new ByteWriter();

  append(value: string): void {
    this.#bytes.text(value);
  }

  repeat(value: string, times: number): void {
    if (value === '') this.#bytes.zeros(times);
    else for (let i = 0; i < times; i += 1) this.append(value);
  }

  writePrefix(): void {}

  writeData(out: ByteWriter): void {
    out.append(this.#bytes);
  }

  clear(): void {
    this.#bytes.clear();
  }
}

/** FixedString of which the hexadecimal form is appended; '' is all zeros. */
export class HexColumn implements Column<string> {
  readonly #bytes = new ByteWriter();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  append(value: string): void {
    this.#bytes.hex(value, this.#size);
  }

  repeat(value: string, times: number): void {
    if (value === '') this.#bytes.zeros(times * this.#size);
    else for (let i = 0; i < times; i += 1) this.append(value);
  }

  writePrefix(): void {}

  writeData(out: ByteWriter): void {
    out.append(this.#bytes);
  }

  clear(): void {
    this.#bytes.clear();
  }
}

const SHARED_DICTIONARIES_WITH_ADDITIONAL_KEYS = 1;
const HAS_ADDITIONAL_KEYS = 1 << 9;

/** LowCardinality(String): each distinct value once, and an index a row. */
export class LowCardinalityColumn implements Column<string> {
  readonly #indexByValue = new Map<string, number>();
  readonly #values = new StringColumn();
  #indexes = new Uint32Array(INITIAL_ELEMENTS);
  #length = 0;
  #lastValue: string | undefined;
  #lastIndex = 0;

  append(value: string): void {
    if (value !== this.#lastValue) {
      this.#lastIndex = this.#indexOf(value);
      this.#lastValue = value;
    }
    if (this.#length === this.#indexes.length) this.#grow();
    this.#indexes[this.#length++] = this.#lastIndex;
  }

  repeat(value: string, times: number): void {
    const end = this.#length + times;
    while (end > this.#indexes.length) this.#grow();
    this.#indexes.fill(this.#indexOf(value), this.#length, end);
    this.#length = end;
  }

  writePrefix(out: ByteWriter): void {
    out.uint64(SHARED_DICTIONARIES_WITH_ADDITIONAL_KEYS);
  }

  writeData(out: ByteWriter): void {
    // ClickHouse reads a dictionary only when there are rows to read.
    if (this.#length === 0) return;
    const distinct = this.#indexByValue.size;
    const width = distinct <= 0x100 ? 0 : distinct <= 0x1_0000 ? 1 : 2;
    out.uint64(HAS_ADDITIONAL_KEYS | width);
    out.uint64(distinct);
    this.#values.writeData(out);
    out.uint64(this.#length);
    const indexes = this.#indexes.subarray(0, this.#length);
    const narrow = width === 0 ? Uint8Array.from(indexes) : width === 1 ? Uint16Array.from(indexes) : indexes;
    out.elements(narrow, narrow.byteLength);
  }

  clear(): void {
    this.#indexByValue.clear();
    this.#values.clear();
    this.#length = 0;
    this.#lastValue = undefined;
    if (this.#indexes.byteLength > KEPT_BYTES) this.#indexes = new Uint32Array(INITIAL_ELEMENTS);
  }

  #grow(): void {
    const grown = new Uint32Array(this.#indexes.length * 2);
    grown.set(this.#indexes);
    this.#indexes = grown;
  }

  #indexOf(value: string): number {
    const known = this.#indexByValue.get(value);
    if (known !== undefined) return known;
    const index = this.#indexByValue.size;
    this.#indexByValue.set(value, index);
    this.#values.append(value);
    return index;
  }
}

export class NullableColumn<T> implements Column<T | null> {
  readonly #nulls = new UInt8Column();
  readonly #inner: Column<T>;
  readonly #filler: T;

  /** @param filler what stands in the inner column where the value is null */
  constructor(inner: Column<T>, filler: T) {
    this.#inner = inner;
    this.#filler = filler;
  }

  append(value: T | null): void {
    this.#nulls.append(value === null ? 1 : 0);
    this.#inner.append(value === null ? this.#filler : value);
  }

  repeat(value: T | null, times: number): void {
    this.#nulls.repeat(value === null ? 1 : 0, times);
    this.#inner.repeat(value === null ? this.#filler : value, times);
  }

  writePrefix(out: ByteWriter): void {
    this.#inner.writePrefix(out);
  }

  writeData(out: ByteWriter): void {
    this.#nulls.writeData(out);
    this.#inner.writeData(out);
  }

  clear(): void {
    this.#nulls.clear();
    this.#inner.clear();
  }
}

export class ArrayColumn<T> implements Column<readonly T[]> {
  readonly #ends = new UInt64Column();
  readonly #inner: Column<T>;
  #total = 0;

  constructor(inner: Column<T>) {
    this.#inner = inner;
  }

  append(values: readonly T[]): void {
    for (const value of values) this.#inner.append(value);
    this.#total += values.length;
    this.#ends.append(this.#total);
  }

  repeat(values: readonly T[], times: number): void {
    if (values.length === 0) this.#ends.repeat(this.#total, times);
    else for (let i = 0; i < times; i += 1) this.append(values);
  }

  writePrefix(out: ByteWriter): void {
    this.#inner.writePrefix(out);
  }

  writeData(out: ByteWriter): void {
    this.#ends.writeData(out);
    this.#inner.writeData(out);
  }

  clear(): void {
    this.#ends.clear();
    this.#inner.clear();
    this.#total = 0;
  }
}

/** Map, which is an array of pairs kept as two columns. Values are appended as `key, value, key, value, …`. */
abstract class PairsColumn<V, K, T> implements Column<V> {
  protected readonly keys: Column<K>;
  protected readonly values: Column<T>;
  readonly #ends = new UInt64Column();
  #total = 0;

  constructor(keys: Column<K>, values: Column<T>) {
    this.keys = keys;
    this.values = values;
  }

  /** Appends the pairs and returns how many there were. */
  protected abstract appendPairs(value: V): number;

  append(value: V): void {
    this.#total += this.appendPairs(value);
    this.#ends.append(this.#total);
  }

  repeat(value: V, times: number): void {
    for (let i = 0; i < times; i += 1) {
      const pairs = this.appendPairs(value);
      this.#total += pairs;
      if (pairs === 0) {
        this.#ends.repeat(this.#total, times - i);
        return;
      }
      this.#ends.append(this.#total);
    }
  }

  writePrefix(out: ByteWriter): void {
    this.keys.writePrefix(out);
    this.values.writePrefix(out);
  }

  writeData(out: ByteWriter): void {
    this.#ends.writeData(out);
    this.keys.writeData(out);
    this.values.writeData(out);
  }

  clear(): void {
    this.#ends.clear();
    this.keys.clear();
    this.values.clear();
    this.#total = 0;
  }
}

/** Map(LowCardinality(String), String). */
export class TextMapColumn extends PairsColumn<Readonly<Record<string, string>>, string, string> {
  constructor() {
    super(new LowCardinalityColumn(), new StringColumn());
  }

  protected appendPairs(record: Readonly<Record<string, string>>): number {
    const pairs = Object.entries(record);
    for (const [key, value] of pairs) {
      this.keys.append(key);
      this.values.append(value);
    }
    return pairs.length;
  }
}

/** Map(UInt8, UInt32) from a flat list: bucket, count, bucket, count, … */
export class HistogramColumn extends PairsColumn<readonly number[], number, number> {
  constructor() {
    super(new UInt8Column(), new UInt32Column());
  }

  protected appendPairs(flat: readonly number[]): number {
    for (let i = 0; i + 1 < flat.length; i += 2) {
      this.keys.append(flat[i] ?? 0);
      this.values.append(flat[i + 1] ?? 0);
    }
    return flat.length >> 1;
  }
}
