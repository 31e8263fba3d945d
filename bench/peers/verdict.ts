import type { Ending } from './endings.ts';
import { factsOf, isModelSpan, type SpanFacts } from './span-facts.ts';
import type { SpanRecord } from './subject.ts';

/**
 * What a person who has only the spans can tell of an ending; `rules` says how it is decided.
 */
export type Verdict = 'right' | 'omission' | 'wrong' | 'lost';

/** The rules as the report states them. */
export const rules: readonly string[] = [
  '**lost**: no span about the model call was finished, up to 1.5 s after the application was done and a flush.',
  '**right**, for a bad ending: any span of the call says in any words that it did not end well. Enough is one of: a status other than OK or unset; an exception or error event; an attribute about errors, levels, outcomes or the like with a word such as error, abort, cancelled, truncated, timeout, interrupted; such a word as finish reason. The word need not be the right one, the place need not be the status, and an HTTP span that the same product sends by itself counts.',
  '**right**, for the good stream: a span, and no such mark.',
  '**omission**: nothing on the spans says that the stream ended badly, but a finish reason that the good stream has is missing. Who knows what should be there can tell; a query for errors finds nothing.',
  '**wrong**: the spans look like those of a good stream, or claim a finish reason that never came; or the good stream is marked as failed.',
];

export interface Judged {
  readonly verdict: Verdict;
  /** Spans about the model call. */
  readonly spans: number;
  readonly mark: string | undefined;
  readonly finishReasons: readonly string[];
  /** Finish reasons of a good end that no frame of the wire carried. */
  readonly invented: readonly string[];
  readonly timeToFirstChunk: SpanFacts['timeToFirstChunk'];
}

/** What is known of a case beside its spans. */
export interface Truth {
  readonly ending: Ending;
  /** Whether the server sent a finish reason, to whoever read that far. */
  readonly finishWasSent: boolean;
  /** Whether the spans of the good stream carry a finish reason. */
  readonly hasFinishReason: boolean;
}

export function judge(
  { ending, finishWasSent, hasFinishReason }: Truth,
  spans: readonly SpanRecord[],
): Judged {
  const modelSpans = spans.filter(isModelSpan);
  const facts = modelSpans.map(factsOf);
  const markOnHttp = spans.filter((span) => !isModelSpan(span)).map((span) => factsOf(span).mark);
  const mark = facts.map((fact) => fact.mark).find(isSet) ?? prefixed('HTTP span: ', markOnHttp.find(isSet));
  const finishReasons = [...new Set(facts.flatMap((fact) => fact.finishReasons))];
  const invented = finishWasSent
    ? []
    : finishReasons.filter((reason) => /^(stop|end_turn|completed)$/i.test(reason));
  return {
    verdict: verdictOf(ending, { spans: modelSpans.length, mark, finishReasons, hasFinishReason }),
    spans: modelSpans.length,
    mark,
    finishReasons,
    invented,
    timeToFirstChunk: facts.map((fact) => fact.timeToFirstChunk).find(isSet),
  };
}

interface Evidence {
  readonly spans: number;
  readonly mark: string | undefined;
  readonly finishReasons: readonly string[];
  readonly hasFinishReason: boolean;
}

function verdictOf(ending: Ending, { spans, mark, finishReasons, hasFinishReason }: Evidence): Verdict {
  if (spans === 0) return 'lost';
  if (ending.group === 'control') return mark === undefined ? 'right' : 'wrong';
  if (mark !== undefined) return 'right';
  return hasFinishReason && finishReasons.length === 0 ? 'omission' : 'wrong';
}

function isSet<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function prefixed(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : prefix + text;
}
