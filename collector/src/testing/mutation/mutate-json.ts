import type { SeededRandom } from '../../query/testing/seeded-random.ts';
import type { Mutation } from './mutate-bytes.ts';

type Json = unknown;

/** Where a value stands: what holds it, and under which key. */
interface Place {
  readonly owner: Record<string, Json>;
  readonly key: string;
}

function placesIn(value: Json, places: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return places;
  for (const [key, inner] of Object.entries(value)) {
    places.push({ owner: value as Record<string, Json>, key });
    placesIn(inner, places);
  }
  return places;
}

function parsed(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Another mutation has been there before.
    return undefined;
  }
}

/** Parses, changes one place, and writes again. */
function onPlace(change: (place: Place, random: SeededRandom, root: Json) => void): Mutation {
  return (body, random) => {
    const root = parsed(body);
    const places = placesIn(root);
    const place = places[random.below(places.length)];
    if (place === undefined) return body;
    change(place, random, root);
    return Buffer.from(JSON.stringify(root) ?? '');
  };
}

const oddities: readonly Json[] = [
  ...[null, true, false, 0, -1, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 64, '', ' ', '0', '-1', '1e999'],
  ...['99999999999999999999999', '\0', '\ud800', '__proto__', 'constructor', 'NaN', '[', '["stop"', '{}'],
  ...[[], [[]], [null], {}, { stringValue: 7 }, { arrayValue: { values: [null] } }, { arrayValue: [] }],
  ...[{ kvlistValue: { values: [] } }, { bytesValue: 'AA==' }, { intValue: '1.5' }, { intValue: {} }],
];
const names = ['__proto__', 'constructor', 'toString', '', 'traceId', 'spans', 'attributes', 'value', 'key'];

function nested(depth: number, open: string, close: string): string {
  return `${open.repeat(depth)}0${close.repeat(depth)}`;
}

const inserted = [
  (random: SeededRandom) => nested(random.below(5_000), '[', ']'),
  (random: SeededRandom) => nested(random.below(2_000), '{"a":', '}'),
  () => '"\\ud800"',
  () => 'NaN',
  () => '1e999',
  () => '-',
  () => '"spans":[{}],"spans":[],',
  () => '/* */',
  () => ',',
];

/** Damage that knows JSON and, mostly, keeps it valid: the shape is what is wrong. */
export const jsonMutations: { readonly [name: string]: Mutation } = {
  otherType: onPlace(({ owner, key }, random) => {
    owner[key] = oddities[random.below(oddities.length)];
  }),
  remove: onPlace(({ owner, key }) => {
    delete owner[key];
  }),
  rename: onPlace(({ owner, key }, random) => {
    const name = names[random.below(names.length)] ?? '';
    Object.defineProperty(owner, name, {
      value: owner[key],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }),
  transplant: onPlace(({ owner, key }, random, root) => {
    const others = placesIn(root);
    const other = others[random.below(others.length)];
    if (other !== undefined) owner[key] = structuredClone(other.owner[other.key]);
  }),
  manyEntries: onPlace(({ owner, key }, random) => {
    const entry = random.chance(0.3) ? owner[key] : oddities[random.below(oddities.length)];
    const entries = random.chance(0.02) ? 20_000 : random.below(300);
    owner[key] = Array.from(
      { length: JSON.stringify(entry ?? null).length > 500 ? 5 : entries },
      () => entry,
    );
  }),
  longText: onPlace(({ owner, key }, random) => {
    owner[key] = 'wéir\ud83c'.repeat(random.below(4_000));
  }),
  insertText(body, random) {
    const put = inserted[random.below(inserted.length)]?.(random) ?? '';
    const at = random.below(body.length + 1);
    return Buffer.concat([body.subarray(0, at), Buffer.from(put), body.subarray(at)]);
  },
};
