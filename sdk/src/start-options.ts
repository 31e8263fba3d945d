import type { Fetch } from './fetch/observe-fetch.ts';
import type { ObserveOptions } from './fetch/options.ts';
import type { OpenReportTimes } from './open-reports.ts';
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
  /**
   * Reports streams that are open for long, so that the collector knows those of a process that is killed to be `lost`:
   * `false` never does. Default: from the age of 10 s, every 30 s; `WEIR_REPORT_OPEN=false` turns it off. Where somebody
   * else has set OpenTelemetry up it is off unless it is asked for: the reports are spans, which other backends show.
   */
  readonly reportOpen?: false | OpenReportTimes;
  /** `false` leaves `globalThis.fetch` alone; use the returned `fetch`. */
  readonly patchGlobalFetch?: boolean;
  /**
   * Whether calls through `node:http` and `node:https` are observed as well, which libraries make that do not use
   * `fetch`. Default: true, unless `patchGlobalFetch` is false.
   */
  readonly observeHttp?: boolean;
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

/** When open streams are reported; undefined where they are not. */
export function reportTimesOf(
  { reportOpen }: Pick<StartOptions, 'reportOpen'>,
  variables: Variables,
  isOwnExport: boolean,
): OpenReportTimes | undefined {
  if (reportOpen !== undefined) return reportOpen === false ? undefined : reportOpen;
  const isOff = variables.WEIR_REPORT_OPEN?.trim().toLowerCase() === 'false';
  return isOwnExport && !isOff ? {} : undefined;
}

/** `sample` as the environment says it; a share that makes no sense is found out when it is used. */
export function sampleOf(variables: Variables): number | undefined {
  const said = variables.WEIR_SAMPLE?.trim();
  return said === undefined || said === '' ? undefined : Number(said);
}
