import { NodeSDK } from '@opentelemetry/sdk-node';

/**
 * Registers what an application's OpenTelemetry set-up registers to follow asynchronous calls, and nothing else.
 *
 * @returns a function that takes it away again.
 */
export function followAsyncContext(): () => Promise<void> {
  const sdk = new NodeSDK({
    spanProcessors: [],
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  });
  sdk.start();
  return () => sdk.shutdown();
}
