import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { createHurryingExporter } from './hurrying-exporter.ts';

function recording(name: string, log: string[]): SpanExporter {
  return {
    export: (_spans, done) => {
      log.push(`${name} exports`);
      done({ code: 0 });
    },
    shutdown: async () => {
      log.push(`${name} shuts down`);
    },
  };
}

test('an exporter hands everything to the hasty one once there is hurry', async () => {
  const log: string[] = [];
  const exporter = createHurryingExporter(recording('patient', log), recording('hasty', log));
  const spans: ReadableSpan[] = [];
  exporter.export(spans, () => undefined);
  exporter.hurry();
  exporter.export(spans, () => undefined);
  await exporter.shutdown();
  expect(log).toEqual(['patient exports', 'hasty exports', 'patient shuts down', 'hasty shuts down']);
});
