import { type Outcome, outcomeOf } from '@weir/schemas/termination';
import type { ProtocolName } from '../protocols/protocol.ts';
import { brokenBytes } from './broken-bytes.ts';
import { disconnects } from './disconnects.ts';
import { errorEvents } from './error-events.ts';
import type { Expectation, FaultDefinition, FaultParameterName } from './fault.ts';
import { finishes } from './finishes.ts';
import { httpErrors } from './http-errors.ts';
import { legalOddities } from './legal-oddities.ts';
import { stalls } from './stalls.ts';

const definitions = [
  ...finishes,
  ...httpErrors,
  ...stalls,
  ...disconnects,
  ...errorEvents,
  ...brokenBytes,
  ...legalOddities,
] as const satisfies readonly FaultDefinition[];

export type FaultName = (typeof definitions)[number]['name'];

/** What a correct observer reports, for one fault in one protocol. */
export interface ExpectedEnd extends Required<Expectation> {
  readonly outcome: Outcome;
  /** What is particular about this protocol; empty if nothing is. */
  readonly note: string;
}

/** One entry of the catalogue: data only, so that it can be listed, printed and iterated over. */
export interface Fault {
  readonly name: FaultName;
  readonly group:
    | 'finish'
    | 'http'
    | 'stall'
    | 'disconnect'
    | 'error_event'
    | 'broken_bytes'
    | 'legal_oddity';
  readonly wire: string;
  readonly endedBy: 'simulator' | 'observer';
  readonly parameters: readonly FaultParameterName[];
  readonly streamOnly: boolean;
  /** What to expect where the fault exists; a protocol without an entry cannot show it. */
  readonly expected: Readonly<Partial<Record<ProtocolName, ExpectedEnd>>>;
}

const GROUPS: readonly (readonly [Fault['group'], readonly FaultDefinition[]])[] = [
  ['finish', finishes],
  ['http', httpErrors],
  ['stall', stalls],
  ['disconnect', disconnects],
  ['error_event', errorEvents],
  ['broken_bytes', brokenBytes],
  ['legal_oddity', legalOddities],
];

export const protocolNames: readonly ProtocolName[] = [
  'openai_chat',
  'openai_responses',
  'anthropic',
  'gemini',
  'ollama',
  'cohere',
  'bedrock',
];

function expectedOf(definition: FaultDefinition, protocol: ProtocolName): ExpectedEnd {
  const nuance = definition.nuances?.[protocol];
  const reason = nuance?.reason ?? definition.reason;
  return {
    reason,
    outcome: outcomeOf(reason),
    stage: nuance?.stage ?? definition.stage,
    acceptable: nuance?.acceptable ?? definition.acceptable ?? [],
    note: nuance?.note ?? '',
  };
}

function describe(definition: FaultDefinition, group: Fault['group']): Fault {
  const protocols = definition.protocols ?? protocolNames;
  return {
    // `definitions` has the same elements as the groups, so every name is one of `FaultName`.
    name: definition.name as FaultName,
    group,
    wire: definition.wire,
    endedBy: definition.endedBy ?? 'simulator',
    parameters: definition.parameters ?? [],
    streamOnly: definition.streamOnly ?? false,
    expected: Object.fromEntries(protocols.map((protocol) => [protocol, expectedOf(definition, protocol)])),
  };
}

/** Every fault the simulator can show. */
export const faults: readonly Fault[] = GROUPS.flatMap(([group, list]) =>
  list.map((definition) => describe(definition, group)),
);

const byName: ReadonlyMap<string, FaultDefinition> = new Map(
  definitions.map((definition): [string, FaultDefinition] => [definition.name, definition]),
);

export function isFaultName(name: string): name is FaultName {
  return byName.has(name);
}

/** The behaviour behind a name. */
export function definitionOf(name: FaultName): FaultDefinition {
  const definition = byName.get(name);
  if (definition === undefined) throw new Error(`no fault is named ${name}`);
  return definition;
}

export function existsIn(name: FaultName, protocol: ProtocolName): boolean {
  return definitionOf(name).protocols?.includes(protocol) ?? true;
}
