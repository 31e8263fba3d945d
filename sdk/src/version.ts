/** Instrumentation scope of spans and metrics. */
export const sdkName = '@weir/sdk';
export const sdkVersion = '0.1.0';
