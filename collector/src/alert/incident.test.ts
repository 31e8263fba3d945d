import { describe, expect, it } from 'vitest';
import { reconciled } from './incident.ts';
import { initialProgress, type OpenIncident, openIncident } from './rule-state.ts';
import { resolvedSample, sampleIncident } from './testing/sample-incident.ts';

const stored = sampleIncident();
const quiet = { ...initialProgress(stored.startedAt), evaluatedAt: stored.startedAt, incidents: 2 };
const open: OpenIncident = {
  number: stored.number,
  startedAt: stored.startedAt,
  firedAt: stored.firedAt,
  peakFailureRate: stored.peakFailureRate,
  revision: stored.version,
};

describe('reconciled', () => {
  it('takes up an incident that the progress does not know', () => {
    const progress = reconciled(quiet, [stored]);
    expect(progress).toMatchObject({ phase: { name: 'firing', incident: open }, incidents: 3 });
    expect(progress.evaluatedAt).toBe(stored.firedAt);
  });

  it('leaves an incident that has ended', () => {
    const ended = resolvedSample();
    const progress = reconciled({ ...quiet, phase: { name: 'firing', incident: open } }, [ended]);
    expect(openIncident(progress.phase)).toBeNull();
    expect(progress.evaluatedAt).toBe(ended.resolvedAt);
  });

  it('changes nothing where both agree', () => {
    const firing = { ...quiet, phase: { name: 'firing' as const, incident: open } };
    expect(reconciled(firing, [stored])).toBe(firing);
    expect(reconciled(quiet, [])).toBe(quiet);
    expect(reconciled(quiet, [resolvedSample()])).toBe(quiet);
  });

  it('keeps a recovery that is under way', () => {
    const recovering = { ...quiet, phase: { name: 'recovering' as const, incident: open, clearSince: 7 } };
    expect(reconciled(recovering, [stored])).toBe(recovering);
  });

  it('goes from an incident that has ended to the one after it', () => {
    const next = sampleIncident({ id: 'rule-1-4', number: 4, firedAt: stored.firedAt + 3_600_000 });
    const progress = reconciled({ ...quiet, phase: { name: 'firing', incident: open } }, [
      resolvedSample(),
      next,
    ]);
    expect(openIncident(progress.phase)?.number).toBe(4);
  });
});
