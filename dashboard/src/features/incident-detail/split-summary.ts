/** The finding of an incident, in a headline and what follows from it. */
export interface SplitSummary {
  readonly headline: string;
  readonly rest: string;
}

/** Cuts after the first clause: the number and its limit stand alone, suspects and recovery below. */
export function splitSummary(summary: string): SplitSummary {
  const cut = /; |\. (?=[A-Z])/.exec(summary);
  if (cut === null) return { headline: summary, rest: '' };
  const rest = summary.slice(cut.index + cut[0].length);
  return {
    headline: `${summary.slice(0, cut.index)}.`,
    rest: rest.slice(0, 1).toUpperCase() + rest.slice(1),
  };
}
