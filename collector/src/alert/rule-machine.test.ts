import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fail,
  type HoldTimes,
  type Judgement,
  resumeAt,
  standDown,
  step,
  type Transition,
  type Verdict,
} from './rule-machine.ts';
import { initialProgress, openIncident, type RuleProgress } from './rule-state.ts';

const START = Date.UTC(2026, 10, 20, 2, 0, 0);
const STEP_SECONDS = 10;
const hold: HoldTimes = { forSeconds: 30, recoveryForSeconds: 20 };

const rates: Record<Verdict, number> = { breach: 0.3, between: 0.09, clear: 0.01, no_data: 0.9 };

function judgement(verdict: Verdict, at: number, failureRate = rates[verdict]): Judgement {
  const streams = verdict === 'no_data' ? 3 : 100;
  return { at, verdict, figures: { streams, failed: streams * failureRate, failureRate } };
}

const letters: Record<string, Verdict> = { B: 'breach', b: 'between', c: 'clear', '-': 'no_data' };

/** One letter an instant, ten seconds apart; what is stored between two instants is stored as JSON. */
function run(story: string, options: { hold?: HoldTimes; from?: RuleProgress; at?: number } = {}) {
  let progress = options.from ?? initialProgress(START);
  const transitions: Transition[] = [];
  const statuses: string[] = [];
  for (const [index, letter] of [...story].entries()) {
    const at = (options.at ?? START) + index * STEP_SECONDS * 1000;
    const result = step(options.hold ?? hold, progress, judgement(letters[letter] ?? 'between', at));
    progress = JSON.parse(JSON.stringify(result.progress));
    if (result.transition !== null) transitions.push(result.transition);
    statuses.push(progress.status);
  }
  return { progress, transitions, statuses, kinds: transitions.map(({ kind }) => kind) };
}

const secondsAfterStart = (at: number | undefined) => (at === undefined ? undefined : (at - START) / 1000);

describe('a rule on its way to an incident', () => {
  it('stays inactive while nothing is wrong', () => {
    expect(run('cbcbc')).toMatchObject({ kinds: [], statuses: Array(5).fill('inactive') });
  });

  it('is pending until the breach has lasted as long as asked, then fires once', () => {
    const { statuses, transitions } = run('cBBBBBB');
    expect(statuses).toEqual(['inactive', 'pending', 'pending', 'pending', 'firing', 'firing', 'firing']);
    expect(transitions).toHaveLength(1);
    expect(secondsAfterStart(transitions[0]?.at)).toBe(40);
    expect(secondsAfterStart(transitions[0]?.incident.startedAt)).toBe(10);
  });

  it('fires at the first breach when no duration is asked', () => {
    const { statuses, kinds } = run('B', { hold: { forSeconds: 0, recoveryForSeconds: 0 } });
    expect({ statuses, kinds }).toEqual({ statuses: ['firing'], kinds: ['firing'] });
  });

  it.each(['c', 'b', '-'])('forgets a young breach at %s', (letter) => {
    expect(run(`BBB${letter}BBB`).kinds).toEqual([]);
  });

  it('says that there are too few streams', () => {
    const { progress } = run('c-');
    expect(progress.status).toBe('no_data');
    expect(progress.detail).toBe('Only 3 streams in the window, too few to judge.');
  });
});

describe('a firing rule', () => {
  it('recovers, and resolves once when it stayed clear as long as asked', () => {
    const { statuses, transitions } = run('BBBBccccc');
    expect(statuses.slice(3)).toEqual([
      'firing',
      'recovering',
      'recovering',
      'inactive',
      'inactive',
      'inactive',
    ]);
    expect(transitions.map(({ kind }) => kind)).toEqual(['firing', 'resolved']);
    expect(transitions[1]).toMatchObject({ cause: 'recovered', at: START + 60_000 });
  });

  it('resolves at the first clear window when no duration is asked', () => {
    const { kinds, progress } = run('Bc', { hold: { forSeconds: 0, recoveryForSeconds: 0 } });
    expect(kinds).toEqual(['firing', 'resolved']);
    expect(progress.phase.name).toBe('quiet');
  });

  it('keeps firing between the two thresholds, and starts its recovery again', () => {
    const { statuses, kinds } = run('BBBBcbcccc');
    expect(statuses.slice(4)).toEqual([
      'recovering',
      'firing',
      'recovering',
      'recovering',
      'inactive',
      'inactive',
    ]);
    expect(kinds).toEqual(['firing', 'resolved']);
  });

  it('keeps firing without data, and says so', () => {
    const { progress, kinds } = run('BBBB------');
    expect(kinds).toEqual(['firing']);
    expect(progress.status).toBe('firing');
    expect(progress.detail).toContain('keeps firing until there is evidence of recovery');
  });

  it('does not take silence for a part of its recovery', () => {
    expect(run('BBBBc-c').statuses.slice(4)).toEqual(['recovering', 'firing', 'recovering']);
  });

  it('remembers its worst window, of those with enough streams', () => {
    let { progress } = run('BBBB');
    const at = (n: number) => START + 60_000 + n * 10_000;
    progress = step(hold, progress, judgement('breach', at(0), 0.7)).progress;
    progress = step(hold, progress, judgement('breach', at(1), 0.5)).progress;
    progress = step(hold, progress, judgement('no_data', at(2), 1)).progress;
    expect(openIncident(progress.phase)).toMatchObject({ peakFailureRate: 0.7, revision: 2 });
  });

  it('sends two messages for each incident in flapping, however fast', () => {
    const { kinds } = run('BbBcBbBcBcBbB'.repeat(40));
    expect(kinds).toEqual([]);
    const quick = run('Bc'.repeat(50), { hold: { forSeconds: 0, recoveryForSeconds: 20 } });
    expect(quick.kinds).toEqual(['firing']);
  });

  it('numbers its incidents', () => {
    const { transitions } = run('BBBBccccBBBBcccc');
    expect(transitions.map(({ incident }) => incident.number)).toEqual([1, 1, 2, 2]);
  });
});

describe('a failed evaluation', () => {
  it.each(['c', 'BB', 'BBBB', 'BBBBc'])('is shown and changes nothing after %s', (story) => {
    const before = run(story).progress;
    const failed = fail(before, START + 600_000, 'ClickHouse took too long.');
    expect(failed).toMatchObject({ status: 'error', detail: 'ClickHouse took too long.' });
    expect(failed).toMatchObject({ phase: before.phase, evaluatedAt: before.evaluatedAt });
  });

  it('keeps the time of the first of several', () => {
    const first = fail(run('c').progress, START + 20_000, 'one');
    expect(fail(first, START + 30_000, 'two')).toMatchObject({ since: START + 20_000, detail: 'two' });
  });

  it('is over with the next success', () => {
    const failed = fail(run('BBBB').progress, START + 40_000, 'one');
    const { progress } = run('B', { from: failed, at: START + 50_000 });
    expect(progress).toMatchObject({ status: 'firing', detail: null });
  });
});

describe('a rule that no longer watches', () => {
  it.each(['disabled', 'deleted'] as const)('resolves its incident when %s', (cause) => {
    const { progress, transition } = standDown(run('BBBB').progress, START + 50_000, cause);
    expect(transition).toMatchObject({ kind: 'resolved', cause });
    expect(progress).toMatchObject({ status: 'disabled', phase: { name: 'quiet' }, incidents: 1 });
  });

  it.each(['c', 'B', '-'])('has nothing to say after %s', (story) => {
    expect(standDown(run(story).progress, START + 50_000, 'disabled').transition).toBeNull();
  });

  it('starts afresh when it is enabled again', () => {
    const { progress } = standDown(run('BBB').progress, START + 30_000, 'disabled');
    expect(run('BBB', { from: progress, at: START + 40_000 }).kinds).toEqual([]);
  });
});

describe('after time that nobody watched, or a clock set back', () => {
  const later = START + 7_200_000;
  const earlier = START - 7_200_000;

  it.each([later, earlier])('a pending rule waits its full duration again (%d)', (at) => {
    const resumed = resumeAt(run('BBB').progress, at);
    expect(run('BBBB', { from: resumed, at }).statuses).toEqual(['pending', 'pending', 'pending', 'firing']);
  });

  it.each([later, earlier])('an incident stays open, and its recovery starts again (%d)', (at) => {
    const resumed = resumeAt(run('BBBBcc').progress, at);
    const { statuses, kinds } = run('ccc', { from: resumed, at });
    expect(statuses).toEqual(['recovering', 'recovering', 'inactive']);
    expect(kinds).toEqual(['resolved']);
  });

  it('a quiet rule goes on', () => {
    expect(resumeAt(run('c').progress, earlier)).toMatchObject({ status: 'inactive', since: earlier });
  });
});

describe('any story', () => {
  const story = fc.string({ unit: fc.constantFrom('B', 'b', 'c', '-'), maxLength: 200 });
  const holds = fc.record({ forSeconds: fc.nat(60), recoveryForSeconds: fc.nat(60) });

  it('alternates firing and resolved, starting with firing, with the numbers in order', () => {
    fc.assert(
      fc.property(story, holds, (letters, times) => {
        const { transitions } = run(letters, { hold: times });
        expect(transitions.map(({ kind, incident }) => [kind, incident.number])).toEqual(
          transitions.map((_, index) => [index % 2 ? 'resolved' : 'firing', Math.floor(index / 2) + 1]),
        );
      }),
    );
  });

  it('holds an incident exactly while the last transition is a firing one', () => {
    fc.assert(
      fc.property(story, holds, (letters, times) => {
        const { progress, kinds } = run(letters, { hold: times });
        expect(openIncident(progress.phase) !== null).toBe(kinds.at(-1) === 'firing');
      }),
    );
  });

  it('tells the same when it is interrupted anywhere and goes on from what was stored', () => {
    fc.assert(
      fc.property(story, holds, fc.nat(200), (letters, times, cut) => {
        const whole = run(letters, { hold: times });
        const first = run(letters.slice(0, cut), { hold: times });
        const at = START + Math.min(cut, letters.length) * STEP_SECONDS * 1000;
        const second = run(letters.slice(cut), { hold: times, from: first.progress, at });
        expect([...first.transitions, ...second.transitions]).toEqual(whole.transitions);
        expect(second.progress).toEqual(whole.progress);
      }),
    );
  });
});
