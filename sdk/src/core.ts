/** What every runtime gets: needs nothing but `@opentelemetry/api`, and does nothing when it is imported. */
export { type Fetch, isObserved, type ObserveFetchOptions, observeFetch } from './fetch/observe-fetch.ts';
export type { AttemptFacts, NetworkFacts, ObservedCall, ObserveOptions } from './fetch/options.ts';
export type { MetricOptions } from './metrics.ts';
export type { StallThresholdOption } from './observe/stall-thresholds.ts';
export type { StallThresholds } from './observe/stream-meter.ts';
export { type ObservableStream, observeStream, type StreamDescription } from './observe-stream.ts';
export type { ProtocolName } from './protocols/named.ts';
export { withoutSampledOut } from './sampled-out.ts';
export type { SampleOption } from './sampling.ts';
export { linkTo } from './span.ts';
