import type { TrafficOptions } from './traffic.ts';

/** What the demo tells its application. */
export interface TrafficSettings
  extends Pick<
    TrafficOptions,
    'providers' | 'streamsPerSecond' | 'users' | 'seed' | 'quietMs' | 'incidentMs'
  > {
  readonly collectorUrl: string;
}

/** What the application tells back. */
export type TrafficReport =
  | { readonly type: 'incident'; readonly name: string | undefined; readonly story: string | undefined }
  | { readonly type: 'answer'; readonly status: 'answered' | 'left' | 'failed' };

export function isTrafficSettings(value: unknown): value is TrafficSettings {
  return typeof value === 'object' && value !== null && 'collectorUrl' in value && 'providers' in value;
}
