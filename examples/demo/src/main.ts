/**
 * `npm run demo`: the whole of Weir at work. The collector with its dashboard, a provider simulator, a proxy with an
 * idle timeout, an application that asks through the vendors' own clients, and a webhook receiver that prints alerts.
 */
import { ConfigError, createCollector, EngineError, readConfig } from '@weir/collector';
import { createIdleProxy, createSimulator } from '@weir/simulator';
import { startAlertReceiver } from './alert-receiver.ts';
import { putDemoRules } from './demo-rules.ts';
import { readSettings, usage } from './settings.ts';
import { startTraffic } from './traffic-process.ts';
import { PROXY_IDLE_SECONDS } from './troubles.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2));
  if (settings.help) return say(usage);
  const stopping = stopSignal();

  say('Starting Weir …');
  const config = readConfig({ WEIR_DATA_DIR: './data/demo', ...process.env }, process.cwd());
  const collector = await createCollector(config);
  const simulator = await createSimulator();
  const proxy = await createIdleProxy({
    upstream: simulator.url,
    style: 'nginx',
    idleTimeoutMs: PROXY_IDLE_SECONDS * 1000,
  });
  const receiver = await startAlertReceiver((status, summary) =>
    say(`${time()}  ALERT ${status}: ${summary}`),
  );
  await putDemoRules(collector.url, receiver.url);
  say(welcome(collector.url, settings.streamsPerSecond, settings.quietSeconds));

  const traffic = startTraffic({
    collectorUrl: collector.url,
    providers: { directUrl: simulator.url, proxiedUrl: proxy.url },
    streamsPerSecond: settings.streamsPerSecond,
    users: settings.users,
    seed: settings.seed,
    quietMs: settings.quietSeconds * 1000,
    incidentMs: settings.incidentSeconds * 1000,
    onIncident: ({ name, story }) =>
      say(`${time()}  ${name ? `planted: ${name} (${story})` : 'quiet again'}`),
  });

  const ended = await Promise.race([stopping, traffic.failed]);
  say(ended === 'stop' ? 'Stopping …' : 'The traffic process ended unexpectedly; stopping.');
  await traffic.stop();
  await Promise.all([simulator.close(), proxy.close(), receiver.close()]);
  await collector.close();
  if (ended !== 'stop') throw new Error('the traffic process failed');
  say('Stopped.');
}

function stopSignal(): Promise<'stop'> {
  return new Promise((resolve) => {
    let signals = 0;
    const handle = () => {
      signals += 1;
      if (signals > 1) process.exit(1);
      resolve('stop');
    };
    process.on('SIGINT', handle);
    process.on('SIGTERM', handle);
  });
}

function welcome(url: string, rate: number, quietSeconds: number): string {
  return `
Weir is watching ${rate} simulated streams per second

  Dashboard   ${url}
  Streams     ${url}/streams
  Incidents   ${url}/incidents

The first incident is planted in ${quietSeconds} s; alerts are printed here as the webhook receives them.
Ctrl-C stops.
`;
}

function time(): string {
  return new Date().toTimeString().slice(0, 8);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const isForPerson = error instanceof ConfigError || error instanceof EngineError;
    process.stderr.write(`${isForPerson ? error.message : (error as Error).stack}\n`);
    process.exit(1);
  },
);
