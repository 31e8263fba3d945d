import type { Fetch } from './fetch/observe-fetch.ts';
import type { ObserveOptions } from './fetch/options.ts';
import type { SampleOption } from './sampling.ts';

/** Options of `startWeir`, beside those of `observeFetch`. */
export interface StartOptions extends ObserveOptions {
  /**
   * Base URL of an OTLP/HTTP receiver; `/v1/traces` is added. Default: `WEIR_ENDPOINT`, else
   * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` or `OTEL_EXPORTER_OTLP_ENDPOINT`, else http://127.0.0.1:4318. Without the
   * first two, `OTEL_TRACES_EXPORTER` and `OTEL_EXPORTER_OTLP_PROTOCOL` may ask for something else.
   */
  readonly endpoint?: string;
  /** Ingest key, sent as a bearer token. Default: `WEIR_KEY`. */
  readonly key?: string;
  /** Share of the normal streams to keep. Default: `WEIR_SAMPLE`, else all. */
  readonly sample?: SampleOption;
  /** `service.name`. Default: `OTEL_SERVICE_NAME`. */
  readonly service?: string;
  /** `deployment.environment.name`. Default: by `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly environment?: string;
  /** `false` leaves `globalThis.fetch` alone; use the returned `fetch`. */
  readonly patchGlobalFetch?: boolean;
}

/** A running observation. */
export interface Weir {
  /** The observed `fetch`. */
  readonly fetch: Fetch;
  /** Sends the spans that have ended. */
  flush(): Promise<void>;
  /** Ends open streams, sends everything, and restores `globalThis.fetch`. */
  shutdown(): Promise<void>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether the environment asks for no telemetry at all. */
export function isDisabled(variables: Variables): boolean {
  return variables.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
}

/** `sample` as the environment says it; a share that makes no sense is found out when it is used. */
export function sampleOf(variables: Variables): number | undefined {
  const said = variables.WEIR_SAMPLE?.trim();
  return said === undefined || said === '' ? undefined : Number(said);
}
