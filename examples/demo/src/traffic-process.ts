import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TrafficReport, TrafficSettings } from './traffic-settings.ts';

/** Open streams that have not ended by themselves when the traffic stops are left after this long. */
const SHUTDOWN_GRACE_MS = 8000;

export interface TrafficProcessOptions extends TrafficSettings {
  readonly onIncident: (report: Extract<TrafficReport, { type: 'incident' }>) => void;
}

/** The application of the demo, as a process. */
export interface TrafficProcess {
  /** Resolves when the process ends without having been asked to. */
  readonly failed: Promise<'failed'>;
  stop(): Promise<void>;
}

/** Starts the application of the demo in a process of its own, instrumented as any service would be. */
export function startTraffic({ onIncident, ...settings }: TrafficProcessOptions): TrafficProcess {
  const program = fileURLToPath(new URL('./traffic-main.ts', import.meta.url));
  const child = fork(program, [JSON.stringify(settings)]);
  const exited = once(child, 'exit');
  child.on('message', (report: TrafficReport) => {
    if (report.type === 'incident') onIncident(report);
  });
  return {
    failed: exited.then(() => 'failed' as const),
    stop: async () => {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), SHUTDOWN_GRACE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
