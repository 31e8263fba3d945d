/**
 * The application of the demo: a process of its own, instrumented as any service would be. Started by `main.ts` with
 * its settings as one JSON argument; reports to it over IPC.
 */
import { startWeir } from '@weir/sdk/node';
import { runTraffic } from './traffic.ts';
import { isTrafficSettings, type TrafficReport } from './traffic-settings.ts';

const settings: unknown = JSON.parse(process.argv[2] ?? 'null');
if (!isTrafficSettings(settings)) throw new TypeError('started by main.ts, with its settings as JSON');

const weir = startWeir({
  endpoint: settings.collectorUrl,
  service: 'support-chat',
  environment: 'demo',
  patchGlobalFetch: false,
});

const stopping = new AbortController();
// The parent may have gone between two messages; then there is nobody to tell.
const report = (message: TrafficReport) => {
  if (process.connected) process.send?.(message);
};
process.on('disconnect', () => stopping.abort());
// Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);

await runTraffic({
  ...settings,
  signal: stopping.signal,
  onIncident: (incident) => report({ type: 'incident', name: incident?.name, story: incident?.story }),
  onAnswer: (answer) => report({ type: 'answer', status: answer.status }),
});
await weir.shutdown();
process.exit(0);
