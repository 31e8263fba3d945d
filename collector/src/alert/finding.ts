import type { StoredIncident, Suspects } from './store/incident-store.ts';
import { clockTime, duration, filterWords, percent, valueWords, wholeNumber } from './wording.ts';

/**
 * What is wrong, in one sentence for somebody who was asleep: rate, streams, window, threshold and the strongest
 * suspect, with numbers. It says what was known when the incident fired and does not change afterwards.
 */
export function findingSentence(incident: StoredIncident): string {
  const { failureRate, failed, streams, filters, windowSeconds, threshold, suspects } = incident;
  const scope = filters.length === 0 ? '' : ` with ${filterWords(filters)}`;
  const window = `the ${duration(windowSeconds)} to ${clockTime(incident.firedAt - incident.delaySeconds * 1000)}`;
  const figures = `${percent(failureRate)} of ${wholeNumber(streams)} streams${scope} failed (${wholeNumber(failed)}) in ${window}`;
  const [strongest] = suspects;
  const suspicion =
    strongest === undefined ? 'no single value stands out' : `strongest suspect: ${suspectWords(strongest)}`;
  return `${figures}, above the limit of ${percent(threshold)}; ${suspicion}.`;
}

/** `attachment pdf, 61.1 % of 90 failed, 1.9 % of the rest, 90 % of all failures` */
export function suspectWords(suspect: Suspects[number]): string {
  const { dimension, value, failureRate, streams, failureRateElsewhere, shareOfFailures } = suspect;
  const elsewhere = failureRateElsewhere === null ? '' : `, ${percent(failureRateElsewhere)} of the rest`;
  return `${valueWords(dimension, value)}, ${percent(failureRate)} of ${wholeNumber(streams)} failed${elsewhere}, ${percent(shareOfFailures)} of all failures`;
}

/** How it ended, in one sentence; null while it is firing. */
export function resolutionSentence(incident: StoredIncident): string | null {
  if (incident.resolvedAt === null) return null;
  const lasted = duration((incident.resolvedAt - incident.startedAt) / 1000);
  const worst = `the worst ${duration(incident.windowSeconds)} had ${percent(incident.peakFailureRate)}`;
  switch (incident.resolution) {
    case 'disabled':
      return `Closed after ${lasted} because the rule was disabled; ${worst}.`;
    case 'deleted':
      return `Closed after ${lasted} because the rule was deleted; ${worst}.`;
    default: {
      const now =
        incident.finalFailureRate === null ? '' : `: ${percent(incident.finalFailureRate)} fail now`;
      return `Recovered after ${lasted}${now}; ${worst}, against a limit of ${percent(incident.threshold)}.`;
    }
  }
}

/** The incident in words: what was found, and how it ended if it has. */
export function incidentSummary(incident: StoredIncident): string {
  return [findingSentence(incident), resolutionSentence(incident)].filter((part) => part !== null).join(' ');
}
