import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** An exporter that can be told that the process is about to end. */
export interface HurryingExporter extends SpanExporter {
  /** From now on little time is spent on a collector that does not answer. */
  hurry(): void;
}

/**
 * @param patient retries for as long as an exporter does; used until there is hurry.
 * @param hasty gives up soon: a program must not hang at its end because its collector is away.
 */
export function createHurryingExporter(patient: SpanExporter, hasty: SpanExporter): HurryingExporter {
  let current = patient;
  return {
    hurry() {
      current = hasty;
    },
    export: (spans, done) => current.export(spans, done),
    async forceFlush() {
      await Promise.all([patient.forceFlush?.(), hasty.forceFlush?.()]);
    },
    async shutdown() {
      await Promise.all([patient.shutdown(), hasty.shutdown()]);
    },
  };
}
