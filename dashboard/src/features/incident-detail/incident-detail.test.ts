import { expect, test } from 'vitest';
import { incidentWindow } from './incident-chart.tsx';
import { splitSummary } from './split-summary.ts';

test('the number stands alone, what explains it below', () => {
  expect(
    splitSummary('11.2 % of 887 streams failed, above 10 %; strongest suspect: attachment pdf. Recovered.'),
  ).toEqual({
    headline: '11.2 % of 887 streams failed, above 10 %.',
    rest: 'Strongest suspect: attachment pdf. Recovered.',
  });
  expect(splitSummary('All is quiet.')).toEqual({ headline: 'All is quiet.', rest: '' });
});

test('the window holds the incident with time around it, and never reaches beyond the present minute', () => {
  const start = Date.UTC(2026, 10, 3, 14);
  const incident = { startedAt: new Date(start).toISOString(), resolvedAt: null, windowSeconds: 300 };
  expect(incidentWindow(incident, start + 90_500)).toEqual({
    fromMs: start - 900_000,
    toMs: start + 120_000,
  });
  const long = { ...incident, resolvedAt: new Date(start + 7_200_000).toISOString() };
  expect(incidentWindow(long, start + 86_400_000)).toEqual({
    fromMs: start - 3_600_000,
    toMs: start + 10_800_000,
  });
});
