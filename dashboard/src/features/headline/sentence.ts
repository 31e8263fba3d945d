import type { BreakdownRow, StreamFigures } from '@weir/schemas/api';
import { formatExactCount, formatRate, formatRatio } from '../../lib/format/numbers.ts';
import type { Filter } from '../../lib/scope/filter.ts';
import { type Change, changeOf, minimumVolume, type Proportion, rateOf } from '../../lib/statistics.ts';

/** A piece of the sentence: plain words, a figure to stress, or a value to click. */
export interface SentencePart {
  readonly text: string;
  readonly stress?: 'figure' | 'bad' | 'good';
  readonly filter?: Filter;
}

export interface Sentence {
  readonly parts: readonly SentencePart[];
  /** What the sentence amounts to. */
  readonly mood: 'silent' | 'calm' | 'better' | 'worse';
}

type CountedFigures = Pick<StreamFigures, 'streams' | 'failed' | 'aborted'>;

export interface SentenceFacts {
  readonly current: CountedFigures;
  readonly before: CountedFigures;
  /** Rows of the breakdowns, by dimension; a dimension that is already filtered explains nothing and is left out. */
  readonly breakdowns: Readonly<Record<string, readonly BreakdownRow[]>>;
  /** `in the last hour`. */
  readonly range: string;
  /** `the hour before`. */
  readonly previously: string;
  readonly filtered: boolean;
  /** Whether a filter picks outcomes or reasons: a rate of those says nothing, only how many there were. */
  readonly byOutcome: boolean;
}

export function proportionOf({ streams, failed, aborted }: CountedFigures): Proportion {
  return { failed, judged: streams - aborted };
}

/** Says in words what the figures of the overview show. */
export function describeStreams(facts: SentenceFacts): Sentence {
  const { current, before, range, filtered } = facts;
  const now = proportionOf(current);
  const matching = filtered ? 'matching streams' : 'streams';
  if (current.streams === 0) return describeSilence(facts, matching);
  if (facts.byOutcome) return describeCount(facts);
  if (now.judged === 0) {
    return {
      mood: 'silent',
      parts: [
        {
          text: `All ${formatExactCount(current.streams)} ${matching} ${range} were aborted by their reader.`,
        },
      ],
    };
  }
  const change = changeOf(now, proportionOf(before));
  if (now.judged < minimumVolume) {
    return {
      mood: 'calm',
      parts: [
        { text: `${formatExactCount(now.failed)} of ${formatExactCount(current.streams)}`, stress: 'figure' },
        { text: ` ${matching} failed ${range}: too few to call a rate.` },
      ],
    };
  }
  return {
    mood: change === 'up' ? 'worse' : change === 'down' ? 'better' : 'calm',
    parts: [...describeRate(facts, now, change, matching), ...describeCulprits(facts, now, change)],
  };
}

function describeSilence({ before, range, previously }: SentenceFacts, matching: string): Sentence {
  const had = before.streams > 0 ? `, after ${formatExactCount(before.streams)} in ${previously}` : '';
  return { mood: 'silent', parts: [{ text: `No ${matching} ended ${range}${had}.` }] };
}

/** Counts vary by the square root of themselves: three times that is more than chance. */
function countChange(now: number, before: number): Change {
  if (now + before < minimumVolume) return 'unclear';
  const noise = 3 * Math.sqrt(now + before);
  if (Math.abs(now - before) < noise) return 'same';
  return now > before ? 'up' : 'down';
}

function describeCount({ current, before, range, previously }: SentenceFacts): Sentence {
  const change = countChange(current.streams, before.streams);
  const earlier = formatExactCount(before.streams);
  const clause = {
    up: before.streams === 0 ? `, after none in ${previously}` : `, up from ${earlier} in ${previously}`,
    down: `, down from ${earlier} in ${previously}`,
    same: `, about as many as in ${previously} (${earlier})`,
    unclear: '',
  }[change];
  return {
    mood: 'calm',
    parts: [
      { text: formatExactCount(current.streams), stress: 'figure' },
      { text: ` matching ${current.streams === 1 ? 'stream' : 'streams'} ended ${range}${clause}.` },
    ],
  };
}

function describeRate(
  { current, before, range, previously }: SentenceFacts,
  now: Proportion,
  change: Change,
  matching: string,
): readonly SentencePart[] {
  const usual = rateOf(proportionOf(before));
  const total = formatExactCount(current.streams);
  if (now.failed === 0) {
    const after = change === 'down' ? `, after ${formatRate(usual)} ${inWords(previously)}` : '';
    return [{ text: 'None', stress: 'good' }, { text: ` of ${total} ${matching} failed ${range}${after}.` }];
  }
  const rate = rateOf(now);
  const lead: readonly SentencePart[] = [
    { text: formatRate(rate), stress: change === 'up' ? 'bad' : 'figure' },
    { text: ` of ${total} ${matching} failed ${range}` },
  ];
  if (change === 'unclear') return [...lead, { text: '.' }];
  if (change === 'same') return [...lead, { text: `, about the same as ${previously}.` }];
  if (change === 'up' && usual === 0) return [...lead, { text: `, after none ${inWords(previously)}.` }];
  const ratio = rate / usual;
  if (change === 'up' && ratio >= 1.45) {
    return [
      ...lead,
      { text: ', ' },
      { text: `${formatRatio(ratio)}`, stress: 'bad' },
      { text: ` ${previously}.` },
    ];
  }
  const direction = change === 'up' ? 'up' : 'down';
  return [...lead, { text: `, ${direction} from ${formatRate(usual)} ${inWords(previously)}.` }];
}

function inWords(previously: string): string {
  return `in ${previously}`;
}

interface Culprit {
  readonly filter: Filter;
  /** Part of the failures in question that this value accounts for, 0 to 1. */
  readonly share: number;
}

/** A value is named when it holds at least this much. */
const namedShare = 0.5;
/** A value that nearly all streams have explains nothing. */
const commonPart = 0.8;
/** Fewer failures than this have no pattern. */
const fewFailures = 5;

type CulpritFacts = Pick<SentenceFacts, 'current' | 'before' | 'breakdowns'>;

/** @returns for each dimension the value with the largest share that is worth naming, largest share first. */
function leadingValues(
  { current, breakdowns }: CulpritFacts,
  shareOf: (inside: Proportion, outside: Proportion) => number | undefined,
): readonly Culprit[] {
  const all = proportionOf(current);
  return Object.entries(breakdowns)
    .flatMap(([dimension, rows]) => {
      const candidates = rows.flatMap((row): Culprit[] => {
        const inside = proportionOf(row);
        if (row.key === 'unknown' || inside.judged >= commonPart * all.judged) return [];
        const outside = { failed: all.failed - inside.failed, judged: all.judged - inside.judged };
        const share = shareOf(inside, outside);
        if (share === undefined || share < namedShare) return [];
        return [{ filter: { dimension, value: row.key, exclude: false }, share: Math.min(1, share) }];
      });
      return candidates.toSorted((x, y) => y.share - x.share).slice(0, 1);
    })
    .toSorted((x, y) => y.share - x.share);
}

/** @returns the values that hold most of the failures beyond the usual. */
export function findCulprits(facts: CulpritFacts): readonly Culprit[] {
  const now = proportionOf(facts.current);
  const usual = rateOf(proportionOf(facts.before));
  const excess = now.failed - usual * now.judged;
  if (excess <= 0) return [];
  return leadingValues(facts, (inside) =>
    rateOf(inside) > rateOf(now) ? (inside.failed - usual * inside.judged) / excess : undefined,
  );
}

/** @returns the values that hold most of the failures and fail at least twice as often as all others do. */
export function findConcentrations(facts: CulpritFacts): readonly Culprit[] {
  const { failed } = proportionOf(facts.current);
  return leadingValues(facts, (inside, outside) =>
    changeOf(inside, outside) === 'up' && rateOf(inside) >= 2 * rateOf(outside)
      ? inside.failed / failed
      : undefined,
  );
}

/** @returns a value as the subject of a clause: `PDFs`, `cell connections`, `claude-sonnet-4-5`. */
function subjectOf({ dimension, value }: Filter): string {
  if (dimension === 'attachment') {
    if (value === 'none') return 'requests without attachment';
    return value === 'pdf' ? 'PDFs' : `${value} attachments`;
  }
  return dimension === 'network' ? `${value} connections` : value;
}

function verbOf({ dimension }: Filter): string {
  return dimension === 'attachment' ? 'come with' : 'are on';
}

/** A share is an estimate: whole per cents, and none at the very top. */
function shareWords(share: number): string {
  return share >= 0.95 ? 'Nearly all' : `${Math.round(share * 100)}\u00a0%`;
}

function describeCulprits(facts: SentenceFacts, now: Proportion, change: Change): readonly SentencePart[] {
  if (change === 'down' || now.failed < fewFailures) return [];
  const [first, second] = change === 'up' ? findCulprits(facts) : findConcentrations(facts);
  if (first === undefined) {
    return change === 'up' ? [{ text: ' No single model, attachment or network stands out.' }] : [];
  }
  const whole = change === 'up' ? 'of the extra failures' : 'of the failures';
  return [
    { text: ` ${shareWords(first.share)} ${whole}`, stress: 'figure' },
    { text: ` ${verbOf(first.filter)} ` },
    { text: subjectOf(first.filter), filter: first.filter },
    ...(second === undefined
      ? []
      : [
          { text: `, ${shareWords(second.share).toLowerCase()} ${verbOf(second.filter)} ` },
          { text: subjectOf(second.filter), filter: second.filter },
        ]),
    { text: '.' },
  ];
}
