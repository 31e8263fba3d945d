/** For pages without OpenTelemetry. Depends on nothing; `@weir/sdk` is for pages that have a tracer provider. */
export { hashUser, type PageOptions, startWeir } from './browser/start.ts';
export type { AttemptFacts, NetworkFacts, ObservedCall } from './fetch/options.ts';
export type { WireFormat } from './protocols/wire-format.ts';
export type { Weir } from './start-options.ts';
