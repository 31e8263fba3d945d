import type { StoredIncident } from '../store/incident-store.ts';

const FIRED = Date.UTC(2026, 10, 20, 2, 31, 20);

/** An incident that is firing. */
export function sampleIncident(changes: Partial<StoredIncident> = {}): StoredIncident {
  return {
    id: 'rule-1-3',
    project: 'default',
    version: 1,
    ruleId: 'rule-1',
    number: 3,
    ruleName: 'PDFs <fail> & stall',
    startedAt: FIRED - 60_000,
    firedAt: FIRED,
    resolvedAt: null,
    resolution: null,
    filters: ['model:gpt-5', 'model:gpt-5-mini', '!network:wifi'],
    threshold: 0.1,
    windowSeconds: 300,
    delaySeconds: 20,
    failureRate: 61 / 412,
    streams: 412,
    failed: 61,
    peakFailureRate: 0.223,
    finalFailureRate: null,
    suspects: [
      {
        dimension: 'attachment',
        value: 'pdf',
        streams: 90,
        failed: 55,
        failureRate: 55 / 90,
        failureRateElsewhere: 6 / 322,
        shareOfFailures: 55 / 61,
      },
      {
        dimension: 'proxy',
        value: 'true',
        streams: 120,
        failed: 50,
        failureRate: 50 / 120,
        failureRateElsewhere: null,
        shareOfFailures: 50 / 61,
      },
    ],
    ...changes,
  };
}

/** The same, resolved twelve minutes after it began. */
export function resolvedSample(changes: Partial<StoredIncident> = {}): StoredIncident {
  return sampleIncident({
    version: 5,
    resolvedAt: FIRED + 11 * 60_000,
    resolution: 'recovered',
    finalFailureRate: 0.0094,
    ...changes,
  });
}
