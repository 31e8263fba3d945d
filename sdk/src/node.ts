export * from './core.ts';
export { startWeir } from './start.ts';
export type { StartOptions, Weir } from './start-options.ts';
