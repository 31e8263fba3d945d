import { context, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  envDetector,
  hostDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { countLostSpans } from '../metrics.ts';
import type { StartOptions } from '../start-options.ts';
import { flushProvider } from '../telemetry.ts';
import { sdkName, sdkVersion } from '../version.ts';
import { type ExitTarget, exitTarget } from './exit-target.ts';
import { createExportLosses } from './export-losses.ts';
import { type ExportTarget, exportTarget, queueBounds, type Variables } from './export-options.ts';
import { createHurryingExporter, type HurryingExporter } from './hurrying-exporter.ts';
import { sendAtExit } from './send-at-exit.ts';
import { SpanQueue } from './span-queue.ts';

/** What sends the spans. */
export interface Exporting {
  /** Spans go where Weir sends them, and not where somebody else has set OpenTelemetry up to. */
  readonly isOurs: boolean;
  /** The process ends: from now on little time is spent on a collector that does not answer. */
  hurry(): void;
  /** Never rejects. */
  flush(): Promise<void>;
  /** Sends what has ended while this thread stands still, for at most `limitMs`. Never throws. */
  exit(limitMs: number): void;
  close(): Promise<void>;
}

/** Somebody else has set OpenTelemetry up, and goes on to own it: it is only asked to send, which takes time. */
export function existingExport(): Exporting {
  return {
    isOurs: false,
    hurry: () => undefined,
    flush: flushGlobal,
    exit: () => undefined,
    close: flushGlobal,
  };
}

/**
 * Sets OpenTelemetry up to send spans, for the whole process.
 *
 * @param variables of the environment.
 * @param hastyMs what an export may take when the process ends.
 */
export function startExport(options: StartOptions, variables: Variables, hastyMs: number): Exporting {
  const target = exportTarget(options, variables);
  const exporter = target.status === 'weir' ? exporterTo(target, hastyMs) : undefined;
  const queue = exporter && queueTo(exporter, variables);
  const resource = {
    ...(options.service === undefined ? {} : { 'service.name': options.service }),
    ...(options.environment === undefined ? {} : { 'deployment.environment.name': options.environment }),
  };
  const sdk = new NodeSDK({
    ...(queue === undefined ? {} : { spanProcessors: [queue] }),
    // The SDK's own default exports metrics and logs as well; here both are for those who ask.
    ...(variables.OTEL_METRICS_EXPORTER === undefined ? { metricReaders: [] } : {}),
    ...(variables.OTEL_LOGS_EXPORTER === undefined ? { logRecordProcessors: [] } : {}),
    ...(options.service === undefined ? {} : { serviceName: options.service }),
    resource: defaultResource().merge(resourceFromAttributes(resource)),
    // Not the SDK's own list: its process detector sends the command line, which may hold secrets.
    ...(variables.OTEL_NODE_RESOURCE_DETECTORS === undefined
      ? { resourceDetectors: [serviceInstanceIdDetector, hostDetector, envDetector] }
      : {}),
  });
  sdk.start();
  return {
    isOurs: target.status === 'weir',
    hurry: () => exporter?.hurry(),
    flush: flushGlobal,
    exit(limitMs) {
      if (target.status !== 'weir') return;
      queue?.exit((batches) => sendBatches(batches, exitTarget(target, variables), limitMs));
    },
    async close() {
      await sdk.shutdown();
      // What is shut down must not stay registered: it would take the place of the next one and drop every span.
      trace.disable();
      context.disable();
      propagation.disable();
      if (variables.OTEL_METRICS_EXPORTER !== undefined) metrics.disable();
    },
  };
}

async function flushGlobal(): Promise<void> {
  await Promise.all([flushProvider(trace.getTracerProvider()), flushProvider(metrics.getMeterProvider())]);
}

function sendBatches(
  batches: readonly ReadableSpan[][],
  target: ExitTarget | undefined,
  limitMs: number,
): readonly boolean[] {
  if (target === undefined) return [];
  return sendAtExit(
    target,
    batches.map((spans) => target.serialize(spans) ?? new Uint8Array()),
    limitMs,
  );
}

function exporterTo(target: ExportTarget & { readonly status: 'weir' }, hastyMs: number): HurryingExporter {
  const { protocol, url, headers } = target;
  const Exporter = protocol === 'protobuf' ? ProtobufTraceExporter : OTLPTraceExporter;
  const to = { ...(url === undefined ? {} : { url }), ...(headers === undefined ? {} : { headers }) };
  return createHurryingExporter(new Exporter(to), new Exporter({ ...to, timeoutMillis: hastyMs }));
}

function queueTo(exporter: HurryingExporter, variables: Variables): SpanQueue {
  const losses = createExportLosses({
    count: (spans, cause) => countLostSpans(metrics.getMeter(sdkName, sdkVersion), spans, cause),
    warn: (message) => diag.warn(message),
  });
  return new SpanQueue({ exporter, losses, bounds: queueBounds(variables) });
}
