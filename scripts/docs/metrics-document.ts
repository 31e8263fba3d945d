import {
  inferenceMetrics,
  type MetricDefinition,
  operationMetrics,
  secondsBoundaries,
  tokenBoundaries,
  weirMetrics,
} from '@weir/schemas/metrics';
import { markdownTable } from './markdown-table.ts';

/** @returns docs/metrics.md. */
export function metricsDocument(): string {
  return `<!-- Made by \`npm run docs\` from schemas/src/metrics.ts. -->
# Metrics of the SDK

The SDK records these by whatever meter provider the process has, for every stream, also for those that sampling drops.
The collector of Weir takes traces alone; \`startWeir\` exports metrics if \`OTEL_METRICS_EXPORTER\` says where to.

The GenAI conventions have renamed their client metrics. The older names are recorded unless
\`OTEL_SEMCONV_STABILITY_OPT_IN\` lists \`gen_ai_latest_experimental\` or the option \`metrics.names\` says \`inference\` or
\`both\`. \`time_per_output_chunk\` is recorded only with the option \`metrics.chunkTimes\`.

## The SDK's own

${metricTable(weirMetrics)}

## By the older names

${metricTable(operationMetrics)}

## By the newer names

${metricTable(inferenceMetrics)}

## Attributes

All of the conventions' metrics carry \`gen_ai.operation.name\`, \`gen_ai.provider.name\`, \`gen_ai.request.model\`,
\`gen_ai.response.model\`, \`server.address\` and \`server.port\` where they are known; durations and token distributions
also \`error.type\`. \`${weirMetrics.ended.name}\` carries those and outcome, reason, stage and initiator.
Ids and free text are never labels.

Bucket boundaries of times, s: ${secondsBoundaries.join(', ')}; of tokens: ${tokenBoundaries.join(', ')}.
`;
}

function metricTable(table: Readonly<Record<string, MetricDefinition>>): string {
  return markdownTable(
    ['Metric', 'Instrument', 'Unit', 'Meaning'],
    Object.values(table).map(({ name, instrument, unit, meaning }) => [
      `\`${name}\``,
      instrument,
      unit,
      meaning,
    ]),
  );
}
