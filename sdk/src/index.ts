import type { StartOptions, Weir } from './start-options.ts';

export * from './core.ts';
export type { StartOptions, Weir } from './start-options.ts';

/**
 * `startWeir` of `@weir/sdk/node`, loaded when it is called: this module stays free of the OpenTelemetry SDK, which
 * costs time to load and cannot be bundled for every runtime. Await it before you construct clients.
 */
export async function startWeir(options?: StartOptions): Promise<Weir> {
  const start = await import('./start.ts');
  return start.startWeir(options);
}
