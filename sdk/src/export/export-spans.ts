import { context } from '@opentelemetry/api';
import { ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/**
 * - `sent`: the collector has the spans.
 * - `refused`: it will never take them.
 * - `unsent`: it could not be reached, or asks to be left alone; the same spans may be sent again.
 */
export type ExportStatus = 'sent' | 'refused' | 'unsent';

/**
 * Sends spans once, as patiently as the exporter does, and without instrumentations of HTTP making spans of that. Never
 * rejects.
 */
export async function exportSpans(exporter: SpanExporter, spans: ReadableSpan[]): Promise<ExportStatus> {
  try {
    // One provider has one resource, parts of which (the id of the machine) are found out asynchronously.
    await spans[0]?.resource.waitForAsyncAttributes?.();
    return await new Promise((resolve) => {
      context.with(suppressTracing(context.active()), () => {
        exporter.export(spans, ({ code, error }) => {
          resolve(code === ExportResultCode.SUCCESS ? 'sent' : isRefusal(error) ? 'refused' : 'unsent');
        });
      });
    });
  } catch {
    // The exporter could not even make a request of them, and will not the next time.
    return 'refused';
  }
}

/** The OTLP exporter tries again by itself what may be; of the rest it tells the HTTP status, as a number. */
function isRefusal(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && typeof error.code === 'number';
}
