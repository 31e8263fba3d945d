export { EngineError } from './clickhouse/engine-error.ts';
export { type Collector, type CollectorDependencies, createCollector } from './collector.ts';
export { type Config, ConfigError, readConfig } from './config.ts';
