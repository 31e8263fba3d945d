import { describe, expect, it } from 'vitest';
import { findingSentence, incidentSummary, resolutionSentence } from './finding.ts';
import { resolvedSample, sampleIncident } from './testing/sample-incident.ts';

describe('the words for an incident', () => {
  it('say rate, streams, window, limit and the strongest suspect', () => {
    expect(findingSentence(sampleIncident())).toBe(
      '14.8 % of 412 streams with model gpt-5 or gpt-5-mini, network not wifi failed (61) in the 5 minutes to ' +
        '02:31:00 UTC, above the limit of 10 %; strongest suspect: attachment pdf, 61.1 % of 90 failed, 1.9 % of ' +
        'the rest, 90.2 % of all failures.',
    );
  });

  it('say so when nothing stands out', () => {
    expect(findingSentence(sampleIncident({ filters: [], suspects: [] }))).toBe(
      '14.8 % of 412 streams failed (61) in the 5 minutes to 02:31:00 UTC, above the limit of 10 %; ' +
        'no single value stands out.',
    );
  });

  it('say how it ended', () => {
    expect(resolutionSentence(sampleIncident())).toBeNull();
    expect(resolutionSentence(resolvedSample())).toBe(
      'Recovered after 12 minutes: 0.94 % fail now; the worst 5 minutes had 22.3 %, against a limit of 10 %.',
    );
    expect(resolutionSentence(resolvedSample({ resolution: 'disabled' }))).toBe(
      'Closed after 12 minutes because the rule was disabled; the worst 5 minutes had 22.3 %.',
    );
    expect(resolutionSentence(resolvedSample({ resolution: 'deleted' }))).toContain('the rule was deleted');
  });

  it('keep the finding when it is over', () => {
    const summary = incidentSummary(resolvedSample());
    expect(summary.startsWith(findingSentence(sampleIncident()))).toBe(true);
    expect(summary.endsWith('against a limit of 10 %.')).toBe(true);
  });
});
