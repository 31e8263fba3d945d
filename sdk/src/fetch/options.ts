import type { Link, MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { StreamFacts } from '@weir/schemas/attributes';
import type { Vantage } from '@weir/schemas/termination';
import type { MetricOptions } from '../metrics.ts';
import type { Clock } from '../observe/clock.ts';
import type { StallThresholdOption } from '../observe/stall-thresholds.ts';
import type { Protocol } from '../protocols/index.ts';
import type { SampleOption } from '../sampling.ts';

/** What a callback is told about the call it answers for. */
export interface ObservedCall {
  readonly url: URL;
  readonly method: string;
  /** One request header, or null. */
  header(name: string): string | null;
  readonly model: string | undefined;
}

/** Facts about the network that the SDK cannot see by itself. Unknown ones are left out. */
export type NetworkFacts = Pick<
  StreamFacts,
  | 'networkType'
  | 'networkSubtype'
  | 'protocolVersion'
  | 'carrier'
  | 'country'
  | 'region'
  | 'userAgent'
  | 'browserPlatform'
  | 'effectiveType'
  | 'rttSeconds'
  | 'downlinkMbps'
  | 'vpn'
  | 'proxy'
  | 'pageVisibility'
>;

/** How a call relates to the other attempts of one logical request. */
export interface AttemptFacts {
  /** The logical request; all of its attempts share it. */
  readonly requestId: string;
  /** From 1. */
  readonly attempt?: number;
  /** Whether this attempt decided the request's fate. */
  readonly final?: boolean;
  /** Links to earlier attempts, see `linkTo`. */
  readonly links?: readonly Link[];
}

type Told<T> = (call: ObservedCall) => T | undefined;

/** Options of `observeFetch` and `observeStream`. All are optional; a callback that throws is ignored and counted. */
export interface ObserveOptions {
  /** Wire format of every call, where path and payload do not tell it. */
  readonly protocol?: Protocol;
  /** `gen_ai.provider.name`, where the host does not tell it. */
  readonly provider?: string;
  readonly vantage?: Vantage;
  /** Network facts, fixed or asked for at the end of each stream. */
  readonly network?: NetworkFacts | (() => NetworkFacts | undefined);
  /** The user's id. Only its SHA-256 hash leaves the process; `{ hash }` is taken as it is. */
  readonly user?: Told<string | { readonly hash: string }>;
  readonly session?: Told<string>;
  readonly conversation?: Told<string>;
  /** Custom dimensions: at most 16, values of at most 128 characters. */
  readonly dimensions?: Readonly<Record<string, string>> | Told<Readonly<Record<string, string>>>;
  /** Silence from which a gap counts as a stall, seconds. Default 10; 45 before the first output of a reasoning model. */
  readonly stallThreshold?: StallThresholdOption;
  /** The logical request that a call belongs to. */
  readonly request?: Told<string | AttemptFacts>;
  /**
   * Share of the normal streams whose spans are kept, over 0 and at most 1, or a callback that says it from the facts of
   * one. Streams that did not complete, stalled, were slow or were retried are always kept. Counts and rates stay right,
   * by `weir.sample.weight`; metrics count every stream. Default: all are kept.
   */
  readonly sample?: SampleOption;
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider;
  readonly metrics?: MetricOptions;
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider;
  /** Monotonic milliseconds. Default: `performance.now`. */
  readonly clock?: Clock;
}
