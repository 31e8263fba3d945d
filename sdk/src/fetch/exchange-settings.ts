import type { Link, SpanContext } from '@opentelemetry/api';
import type { StreamFacts } from '@weir/schemas/attributes';
import type { Vantage } from '@weir/schemas/termination';
import type { Clock } from '../observe/clock.ts';
import type { LoopLagSampler } from '../observe/loop-lag.ts';
import type { NetworkErrorFacts } from '../observe/network-error.ts';
import type { EndedObservation } from '../observe/observation.ts';
import type { WireKnowledge } from '../protocols/wire-knowledge.ts';
import type { Telemetry } from '../telemetry.ts';
import type { BodyWatch } from './body-watch.ts';
import type { OpenStreams } from './open-streams.ts';
import type { AttemptFacts, NetworkFacts } from './options.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { Body } from './watched-response.ts';

/** What observing an exchange needs. Who composes it decides how much of the world it knows. */
export interface ExchangeSettings {
  readonly clock: Clock;
  readonly vantage: Vantage;
  readonly environment: {
    isOffline(): boolean;
    network(url: URL | undefined): NetworkFacts;
  };
  readonly telemetry: Telemetry;
  readonly openStreams: OpenStreams;
  readonly loopLag: LoopLagSampler;
  readonly wire: WireKnowledge;
  /** What the error of a call or of a read says by the codes that it carries. */
  readonly networkErrorFacts: (error: unknown) => NetworkErrorFacts;
  /** @returns the response for the application, whose body is watched however it is read. */
  readonly watchResponse: (response: Response, body: Body, watch: BodyWatch) => Response;
  readonly hashUserId: (id: string) => string;
  readonly beginAttempt: (request: OutgoingRequest, told: AttemptFacts | undefined) => AttemptCourse;
}

/** One attempt of a logical request. */
export interface AttemptCourse {
  /** Known at the start. */
  readonly facts: StreamFacts;
  readonly links: readonly Link[];
  /** The span of the attempt has begun. */
  began(span: SpanContext): void;
  /** @returns what is known of the attempt now that it has ended. */
  ended(ended: EndedObservation): StreamFacts;
}
