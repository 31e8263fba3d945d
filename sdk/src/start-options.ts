import type { Fetch } from './fetch/observe-fetch.ts';
import type { ObserveOptions } from './fetch/options.ts';

/** Options of `startWeir`, beside those of `observeFetch`. */
export interface StartOptions extends ObserveOptions {
  /**
   * Base URL of an OTLP/HTTP receiver; `/v1/traces` is added. Default: `WEIR_ENDPOINT`, else
   * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` or `OTEL_EXPORTER_OTLP_ENDPOINT`, else http://127.0.0.1:4318.
   */
  readonly endpoint?: string;
  /** Ingest key, sent as a bearer token. Default: `WEIR_KEY`. */
  readonly key?: string;
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

export interface ExportTarget {
  /** Left out where the exporter's own `OTEL_*` variables decide. */
  readonly url?: string;
  readonly headers?: Record<string, string>;
}

type Variables = Readonly<Record<string, string | undefined>>;

const defaultEndpoint = 'http://127.0.0.1:4318';

/** Where spans go: the option, then Weir's own variables, then OpenTelemetry's, then the collector of this machine. */
export function exportTarget(options: StartOptions, variables: Variables): ExportTarget {
  const named = options.endpoint ?? variables.WEIR_ENDPOINT;
  const isSetForOtel =
    variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined ||
    variables.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  const base = named ?? (isSetForOtel ? undefined : defaultEndpoint);
  const key = options.key ?? variables.WEIR_KEY;
  return {
    ...(base === undefined ? {} : { url: tracesUrl(base) }),
    ...(key === undefined || key === '' ? {} : { headers: { authorization: `Bearer ${key}` } }),
  };
}

function tracesUrl(base: string): string {
  const trimmed = base.replace(/\/+$/, '');
  return trimmed.endsWith('/v1/traces') ? trimmed : `${trimmed}/v1/traces`;
}
