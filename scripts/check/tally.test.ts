import { describe, expect, it } from 'vitest';
import { addTallies, formatTally, isSuccess, tallyOf } from './tally.ts';

interface FileResult {
  status: 'passed' | 'failed';
  tests: ('passed' | 'failed' | 'pending' | 'todo')[];
}

function report(files: FileResult[]): string {
  const count = (status: string) =>
    files.flatMap(({ tests }) => tests).filter((test) => test === status).length;
  return JSON.stringify({
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  });
}

describe('tallyOf', () => {
  it('counts tests by how they ended', () => {
    const json = report([{ status: 'failed', tests: ['passed', 'failed', 'pending', 'todo'] }]);
    expect(tallyOf(json, 1)).toEqual({ passed: 1, failed: 1, skipped: 2 });
  });

  it('counts a file that does not load as one failure', () => {
    const json = report([
      { status: 'passed', tests: ['passed'] },
      { status: 'failed', tests: [] },
    ]);
    expect(tallyOf(json, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts a red run in which no test failed as one failure', () => {
    expect(tallyOf(report([{ status: 'passed', tests: ['passed'] }]), 1).failed).toBe(1);
  });

  it('counts a run without a report as one failure, whatever its exit code', () => {
    expect(tallyOf('', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('formatTally', () => {
  it('mentions skipped tests only when there are any', () => {
    expect(formatTally({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(formatTally({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });
});

describe('isSuccess', () => {
  const check = { passed: 1, failed: 0, skipped: 0 };

  it('needs a test that passed, not only checks', () => {
    const none = { passed: 0, failed: 0, skipped: 4 };
    expect(isSuccess(addTallies([check, none]), none)).toBe(false);
  });

  it('needs every check and every test', () => {
    const tests = { passed: 5, failed: 0, skipped: 0 };
    expect(isSuccess(addTallies([check, tests]), tests)).toBe(true);
    expect(isSuccess(addTallies([{ ...check, failed: 1 }, tests]), tests)).toBe(false);
  });
});
