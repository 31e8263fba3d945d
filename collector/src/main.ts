import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from './clickhouse/engine-error.ts';
import { type Collector, createCollector } from './collector.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createLogger } from './log.ts';

const START_GRACE_MS = 3_000;

/** The process: configuration from its environment, messages to its terminal, signals to end it. */
async function main(): Promise<void> {
  // Whoever read the messages may have left; streams keep coming.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const stopping = Promise.withResolvers<void>();
  onStopSignal(stopping.resolve);
  const config = readConfig(process.env, process.cwd());
  say(`Weir is starting${config.clickhouse === undefined ? ' its ClickHouse' : ''} …`);
  const starting = createCollector(config, { logger: createLogger(config.logLevel, process.stderr) });
  const isUp = await Promise.race([starting.then(() => true), stopping.promise.then(() => false)]);
  if (isUp) say(welcome(await starting, config));
  await stopping.promise;
  say('Weir is stopping …');
  await end(starting);
  say('Stopped.');
}

/** A start under way, which may wait for a ClickHouse that never comes, is not waited for much longer. */
async function end(starting: Promise<Collector>): Promise<void> {
  const collector = await Promise.race([starting.catch(() => undefined), sleep(START_GRACE_MS)]);
  await collector?.close();
}

/** The first signal ends in order, the second at once. */
function onStopSignal(stop: () => void): void {
  let signals = 0;
  const handle = () => {
    signals += 1;
    if (signals > 1) process.exit(1);
    stop();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  // The terminal was closed.
  process.on('SIGHUP', handle);
}

function welcome({ url, grpcUrl }: Collector, config: Config): string {
  const where =
    config.clickhouse === undefined ? `Data is kept in ${config.dataDir}` : 'Data is kept in your ClickHouse';
  return `
Weir is ready

  Dashboard   ${config.publicUrl ?? url}
  OTLP        ${url}/v1/traces   (HTTP; protobuf or JSON)${grpcUrl === undefined ? '' : `\n              ${grpcUrl}   (gRPC)`}
  API         ${url}/api/openapi.json

See it work with simulated traffic:    npm run demo
Watch a Node.js service of your own:   OTEL_EXPORTER_OTLP_ENDPOINT=${url} node --import @weir/sdk/register app.js

${where}. Ctrl-C stops.
`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    // These say in one sentence what to do; a stack would only hide it.
    const isForOperator = error instanceof ConfigError || error instanceof EngineError;
    process.stderr.write(`${isForOperator ? error.message : (error as Error).stack}\n`);
    process.exit(1);
  },
);
