export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of vitest's JSON report that is counted. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/**
 * Counts a finished run of vitest. What fails outside a test counts as one failure each, so that a red run is never
 * counted green: a file that does not load, an error nobody awaited, a run that ended without a report.
 *
 * @param json the report, empty when vitest wrote none
 * @param exitCode of vitest
 */
export function tallyOf(json: string, exitCode: number): Tally {
  if (json === '') return { passed: 0, failed: 1, skipped: 0 };
  const report: Report = JSON.parse(json);
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const total: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of tallies) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

/** `N passed, N failed`, and `, N skipped` when any were. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  const always = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? always : `${always}, ${skipped} skipped`;
}

/** A run in which no test ran has shown nothing. */
export function isSuccess(total: Tally, tests: Tally): boolean {
  return total.failed === 0 && tests.passed > 0;
}
