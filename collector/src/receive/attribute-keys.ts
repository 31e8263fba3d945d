import {
  type AttributeName,
  attachmentClasses,
  attributes,
  customDimensionPrefix,
  lostSpansKey,
  networkTypes,
  observedKey,
  openReport,
  type ResourceAttributeName,
  resourceAttributes,
} from '@weir/schemas/attributes';
import { initiators, outcomes, reasons, stages, vantages } from '@weir/schemas/termination';
import { dialects, resourceDialects } from './dialects.ts';
import {
  type Convert,
  customDimension,
  type Effect,
  enclosesObserved,
  fact,
  namesParent,
  oneOf,
  promisesReport,
  reportsLosses,
  reportsOpen,
  text,
  weighsNothing,
} from './effects.ts';
import { providerName } from './provider-name.ts';
import { rank } from './span-state.ts';

/** What the receiver does with an attribute of one name. */
export interface AttributeKey {
  readonly onSpan: readonly Effect[];
  readonly onResource: readonly Effect[];
  /** A span with this attribute is about a model call. */
  readonly isAboutModels: boolean;
  /** Its texts come from a small vocabulary. */
  readonly repeats: boolean;
}

/** Vocabularies of model calls; any attribute of one of them marks the span. */
const modelVocabularies = [
  'weir.',
  'gen_ai.',
  'llm.',
  'ai.',
  'openinference.',
  'langfuse.',
  'traceloop.',
  'langsmith.',
];

const ignored = keyOf([], [], false);
const marking = keyOf([], [], true);

const converters: { readonly [N in AttributeName]?: Convert } = {
  provider: text(providerName),
  outcome: oneOf(outcomes),
  reason: oneOf(reasons),
  stage: oneOf(stages),
  initiator: oneOf(initiators),
  vantage: oneOf(vantages),
  attachmentClass: oneOf(attachmentClasses),
  networkType: oneOf(networkTypes),
};

/** Facts of the process, device or user that a sender may say once, on the resource, for all of its spans. */
const sharedFacts: ReadonlySet<AttributeName> = new Set([
  'vantage',
  'networkType',
  'networkSubtype',
  'carrier',
  'country',
  'region',
  'userAgent',
  'browserPlatform',
  'sessionId',
  'userHash',
  'effectiveType',
  'vpn',
  'proxy',
] satisfies AttributeName[]);

const known: ReadonlyMap<string, AttributeKey> = knownKeys();

/** @returns what to do with an attribute of this name; the same object for every name that is ignored */
export function attributeKey(name: string): AttributeKey {
  const key = known.get(name);
  if (key !== undefined) return key;
  if (name.startsWith(customDimensionPrefix)) {
    const effects = [customDimension(name.slice(customDimensionPrefix.length))];
    return keyOf(effects, effects, true);
  }
  return isOfModels(name) ? marking : ignored;
}

function keyOf(
  onSpan: readonly Effect[],
  onResource: readonly Effect[],
  isAboutModels: boolean,
): AttributeKey {
  const repeats = [...onSpan, ...onResource].some((effect) => effect.repeats === true);
  return { onSpan, onResource, isAboutModels, repeats };
}

function isOfModels(name: string): boolean {
  // That one may be on any span at all.
  return name !== lostSpansKey && modelVocabularies.some((prefix) => name.startsWith(prefix));
}

function knownKeys(): Map<string, AttributeKey> {
  const onSpan = new Map<string, Effect[]>();
  const onResource = new Map<string, Effect[]>();
  const add = (effects: Map<string, Effect[]>, key: string, more: readonly Effect[]) =>
    effects.set(key, [...(effects.get(key) ?? []), ...more]);

  for (const [field, { key }] of entriesOf<AttributeName, { key: string }>(attributes)) {
    const effect = fact(field, rank.canonical, converters[field]);
    add(onSpan, key, [effect]);
    if (sharedFacts.has(field)) add(onResource, key, [effect]);
  }
  for (const [field, { key }] of entriesOf<ResourceAttributeName, { key: string }>(resourceAttributes)) {
    add(onResource, key, [fact(field, rank.canonical)]);
  }
  add(onSpan, observedKey, [enclosesObserved]);
  add(onSpan, attributes.sampleWeight.key, [weighsNothing]);
  add(onSpan, lostSpansKey, [reportsLosses]);
  add(onSpan, openReport.phaseKey, [reportsOpen]);
  add(onSpan, openReport.nextReportKey, [promisesReport]);
  add(onSpan, openReport.parentKey, [namesParent]);
  for (const [key, effects] of Object.entries(dialects)) add(onSpan, key, effects);
  for (const [key, effects] of Object.entries(resourceDialects)) {
    add(onSpan, key, effects);
    add(onResource, key, effects);
  }
  const names = new Set([...onSpan.keys(), ...onResource.keys()]);
  return new Map(
    Array.from(names, (name) => [
      name,
      keyOf(onSpan.get(name) ?? [], onResource.get(name) ?? [], isOfModels(name)),
    ]),
  );
}

function entriesOf<K extends string, V>(object: { readonly [N in K]: V }): [K, V][] {
  return Object.entries(object) as [K, V][];
}
