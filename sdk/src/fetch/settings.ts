import { Attempt } from '../attempts/attempt.ts';
import { createVendorRetries } from '../attempts/vendor-retries.ts';
import { detectEnvironment, type Environment } from '../environment.ts';
import { hashUserId } from '../identity.ts';
import { monotonicClock } from '../observe/clock.ts';
import { createLoopLagSampler, type LoopLagSampler } from '../observe/loop-lag.ts';
import { networkErrorFacts } from '../observe/network-error.ts';
import { fullKnowledge } from '../protocols/index.ts';
import { createTelemetry, type Telemetry } from '../telemetry.ts';
import type { BodyWatch } from './body-watch.ts';
import type { ExchangeSettings } from './exchange-settings.ts';
import { openStreams } from './open-streams.ts';
import type { ObserveOptions } from './options.ts';
import { isNodeReadable, watchReadable } from './watched-readable.ts';
import { type Body, watchResponse } from './watched-response.ts';

/** Everything that observing needs, resolved once. */
export interface Settings extends ExchangeSettings {
  readonly environment: Environment;
}

let sharedLoopLag: LoopLagSampler | undefined;

type SettingsOptions = Pick<
  ObserveOptions,
  'clock' | 'vantage' | 'sample' | 'metrics' | 'tracerProvider' | 'meterProvider'
>;

export function resolveSettings(options: SettingsOptions): Settings {
  const environment = detectEnvironment();
  const clock = options.clock ?? monotonicClock;
  sharedLoopLag ??= createLoopLagSampler(monotonicClock);
  const telemetry = createTelemetry({
    tracerProvider: options.tracerProvider,
    meterProvider: options.meterProvider,
    sample: options.sample,
    metrics: {
      names: options.metrics?.names ?? environment.metricNames,
      chunkTimes: options.metrics?.chunkTimes ?? false,
    },
    now: Date.now,
  });
  watchPage(environment, telemetry);
  const vendorRetries = createVendorRetries({ clock, onDrop: () => telemetry.dropped('vendor_retry') });
  return {
    clock,
    environment,
    vantage: options.vantage ?? environment.vantage,
    telemetry,
    openStreams,
    // Lags are compared with the times of the meter, so a clock of another origin needs a sampler of its own.
    loopLag: clock === monotonicClock ? sharedLoopLag : createLoopLagSampler(clock),
    wire: fullKnowledge,
    networkErrorFacts,
    hashUserId,
    watchResponse: watchAnyResponse,
    beginAttempt: (request, told) =>
      new Attempt({ request, told, vendorRetries, parent: telemetry.activeSpanId() }),
  };
}

/** The body of a response of `node-fetch` is a `Readable` of Node. */
function watchAnyResponse(response: Response, body: Body, watch: BodyWatch): Response {
  if (!isNodeReadable(body)) return watchResponse(response, body, watch);
  watchReadable(body, watch as BodyWatch<unknown>);
  return response;
}

let pageIsWatched = false;

/** A page that goes away takes its streams with it, and its spans too unless they are sent at once. */
function watchPage(environment: Environment, telemetry: Telemetry): void {
  if (pageIsWatched) return;
  pageIsWatched = true;
  environment.onPageClose(() => {
    openStreams.endAll({ kind: 'page_closed' });
    void telemetry.flush();
  });
}
