import type { StartOptions } from '../start-options.ts';
import type { QueueBounds } from './span-queue.ts';

/** Variables of the environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * - `weir`: spans go to one OTLP/HTTP endpoint, through a queue of Weir's own. `url` and `headers` are left out where
 *   the exporter's own `OTEL_*` variables decide.
 * - `opentelemetry`: the `OTEL_*` variables ask for something else (gRPC, the console, nothing): its SDK sets that up.
 */
export type ExportTarget =
  | {
      readonly status: 'weir';
      readonly protocol: 'json' | 'protobuf';
      readonly url?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly status: 'opentelemetry' };

const defaultEndpoint = 'http://127.0.0.1:4318';

/** Where spans go: the option, then Weir's own variables, then OpenTelemetry's, then the collector of this machine. */
export function exportTarget(
  options: Pick<StartOptions, 'endpoint' | 'key'>,
  variables: Variables,
): ExportTarget {
  const named = options.endpoint ?? said(variables.WEIR_ENDPOINT);
  const protocol =
    said(variables.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL) ?? said(variables.OTEL_EXPORTER_OTLP_PROTOCOL);
  if (named === undefined && !isOtlpOverHttp(said(variables.OTEL_TRACES_EXPORTER), protocol)) {
    return { status: 'opentelemetry' };
  }
  const isSetForOtel =
    said(variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) !== undefined ||
    said(variables.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined;
  const base = named ?? (isSetForOtel ? undefined : defaultEndpoint);
  const key = said(options.key) ?? said(variables.WEIR_KEY);
  return {
    status: 'weir',
    protocol: protocol === 'http/protobuf' ? 'protobuf' : 'json',
    ...(base === undefined ? {} : { url: tracesUrl(base) }),
    ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
  };
}

function isOtlpOverHttp(exporter: string | undefined, protocol: string | undefined): boolean {
  return (exporter ?? 'otlp') === 'otlp' && (protocol ?? 'http/json').startsWith('http/');
}

function tracesUrl(base: string): string {
  const trimmed = base.replace(/\/+$/, '');
  return trimmed.endsWith('/v1/traces') ? trimmed : `${trimmed}/v1/traces`;
}

/** Bounds of the queue, by the variables and defaults that OpenTelemetry has for its `BatchSpanProcessor`. */
export function queueBounds(variables: Variables): QueueBounds {
  const limit = positive(variables.OTEL_BSP_MAX_QUEUE_SIZE) ?? 2048;
  return {
    limit,
    batchSize: Math.min(limit, positive(variables.OTEL_BSP_MAX_EXPORT_BATCH_SIZE) ?? 512),
    delayMs: positive(variables.OTEL_BSP_SCHEDULE_DELAY) ?? 5000,
    exportTimeoutMs: positive(variables.OTEL_BSP_EXPORT_TIMEOUT) ?? 30_000,
  };
}

function positive(text: string | undefined): number | undefined {
  const number = Number(said(text));
  return number > 0 && Number.isFinite(number) ? Math.ceil(number) : undefined;
}

/** OpenTelemetry takes an empty variable for one that is not set. */
function said(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
