import type { RuleInput, RulePreview } from '@weir/schemas/api';
import { type Evaluation, evaluateRule } from './evaluate-rule.ts';
import { instantsBetween } from './evaluation-grid.ts';
import { initialProgress, openIncident } from './rule-state.ts';
import { countedRange } from './sliding-window.ts';
import type { WatchedStreams } from './watched-streams.ts';

export interface PreviewQuestion {
  readonly project: string;
  /** Unix milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Distance of evaluations of the live rule. */
  readonly everySeconds: number;
}

export type PreviewResult =
  | { readonly status: 'previewed'; readonly preview: RulePreview }
  | { readonly status: 'too_long'; readonly message: string };

/** Points are for a chart: more than its pixels say nothing. */
const MOST_POINTS = 720;
const MOST_INSTANTS = 100_000;
/** As many counts as one question may return. */
const MOST_COUNTS = 100_000;

/**
 * What the rule would have done in (from, to]: the same machine over the same instants as the live rule, starting
 * inactive at `from`. At most 720 of the points are returned, evenly; incidents come from all.
 */
export async function previewRule(
  streams: Pick<WatchedStreams, 'counts'>,
  rule: RuleInput,
  { project, from, to, everySeconds }: PreviewQuestion,
): Promise<PreviewResult> {
  const everyMs = everySeconds * 1000;
  if ((to - from) / everyMs > MOST_INSTANTS) return tooLong('Preview a shorter range.');
  const instants = instantsBetween(from + 1, to, everyMs);
  const range = countedRange(rule, instants, everySeconds);
  if ((range.to - range.from) / (range.stepSeconds * 1000) > MOST_COUNTS) {
    return tooLong(`Preview a shorter range, or make windowSeconds a multiple of ${everySeconds}.`);
  }
  const counts = await streams.counts({ project, filters: rule.filters }, range);
  const evaluation = evaluateRule(rule, initialProgress(from), instants, counts);
  const stride = Math.ceil(instants.length / MOST_POINTS);
  return {
    status: 'previewed',
    preview: {
      from: isoTime(from),
      to: isoTime(to),
      stepSeconds: everySeconds * stride,
      points: evaluation.track.flatMap(({ figures, status }, index) =>
        index % stride === 0 ? [{ at: isoTime(instants[index] ?? from), ...figures, status }] : [],
      ),
      incidents: incidentsOf(evaluation),
    },
  };
}

function incidentsOf({ transitions, progress }: Evaluation): RulePreview['incidents'] {
  const ends = new Map(
    transitions.flatMap(({ transition: { kind, incident, at } }) =>
      kind === 'resolved' ? [[incident.number, { at, peak: incident.peakFailureRate }] as const] : [],
    ),
  );
  return transitions
    .filter(({ transition }) => transition.kind === 'firing')
    .map(({ transition: { incident } }) => {
      const end = ends.get(incident.number);
      const latest = openIncident(progress.phase) ?? incident;
      return {
        firedAt: isoTime(incident.firedAt),
        resolvedAt: end === undefined ? null : isoTime(end.at),
        peakFailureRate: end?.peak ?? latest.peakFailureRate,
      };
    });
}

function tooLong(advice: string): PreviewResult {
  return { status: 'too_long', message: `The range takes too many evaluations. ${advice}` };
}

const isoTime = (at: number): string => new Date(at).toISOString();
