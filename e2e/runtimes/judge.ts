import type { Case } from './calls.ts';
import type { Outcome } from './scenario.ts';

/** What a runtime said of one call. */
export interface Judged {
  /** The reason that its span gives; '' without exactly one. */
  readonly reason: string;
  /** The error that the application saw; '' for none. */
  readonly error: string;
  /** What is not as it has to be; '' where all is. */
  readonly problem: string;
}

/** One span, with what is expected; the same bytes and the same error for the application; and the server knows. */
export function judge(
  tried: Case,
  outcome: Outcome | undefined,
  serverSawLeave: boolean | undefined,
): Judged {
  if (outcome === undefined) return { reason: '', error: '', problem: 'it did not come to this call' };
  const { spans, isSame, error } = outcome;
  const [span] = spans;
  const problems = [
    ...(spans.length === 1 ? [] : [`${spans.length} spans`]),
    ...Object.entries(tried.expected)
      .filter(([name, value]) => span !== undefined && span[name] !== value)
      .map(([name, value]) => `${name} is ${JSON.stringify(span?.[name])}, not ${JSON.stringify(value)}`),
    ...(isSame === false ? ['the application sees something else than without observation'] : []),
    ...(serverSawLeave === false ? ['the server was not told that the client left'] : []),
  ];
  return { reason: spans.length === 1 ? String(span?.reason) : '', error, problem: problems.join('; ') };
}
