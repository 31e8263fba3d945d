import type { Stage, TerminationReason } from '@weir/schemas/termination';
import type { Finish } from '../answer.ts';
import type { ProtocolName } from '../protocols/protocol.ts';
import type { Step } from '../wire/step.ts';
import type { Scene } from './playback.ts';

/** Parameters that change what a fault does; all have defaults, the others are ignored. */
export type FaultParameterName = 'after' | 'stall' | 'every' | 'size' | 'retry_after' | 'gateway';

/** What an observer should say. */
export interface Expectation {
  readonly reason: TerminationReason;
  readonly stage: Stage;
  /** Other reasons that are right for an observer that sees less, such as a browser page. */
  readonly acceptable?: readonly TerminationReason[];
}

/** One way in which an answer can go, good or bad. */
export interface FaultDefinition extends Expectation {
  readonly name: string;
  /** What happens on the wire. */
  readonly wire: string;
  /**
   * `observer`: the exchange stays open until the client's own timer, or its having read enough, ends it.
   * Otherwise the simulator ends it.
   */
  readonly endedBy?: 'observer';
  /** Protocols in which it can happen; all of them if unset. */
  readonly protocols?: readonly ProtocolName[];
  /** Where a protocol differs. */
  readonly nuances?: Partial<
    Readonly<Record<ProtocolName, Partial<Expectation> & { readonly note: string }>>
  >;
  readonly parameters?: readonly FaultParameterName[];
  /** Only makes sense in a stream; a request with `stream: false` gets the good document. */
  readonly streamOnly?: boolean;
  /** How the model is made to stop. */
  readonly finish?: Finish;
  readonly play: (scene: Scene) => Generator<Step>;
}
