import type { Rule, RuleInput } from '@weir/schemas/api';
import { defaultRecoveryShare } from '../../lib/rule-words.ts';

type Channel = RuleInput['channels'][number];

/** A channel being written; `key` tells two of them apart while they are edited. */
export interface ChannelDraft {
  readonly key: string;
  readonly type: Channel['type'];
  readonly url: string;
}

/** A rule as it stands in the form: rates in per cent and numbers as text, because half-typed ones are neither. */
export interface RuleDraft {
  readonly name: string;
  readonly enabled: boolean;
  readonly filters: readonly string[];
  readonly thresholdPercent: string;
  /** Empty: 0.8 of the threshold. */
  readonly recoveryPercent: string;
  readonly windowSeconds: number;
  readonly forSeconds: number;
  readonly recoveryForSeconds: number;
  readonly delaySeconds: number;
  readonly minimumStreams: string;
  readonly minimumFailures: string;
  readonly channels: readonly ChannelDraft[];
}

const emptyDraft: RuleDraft = {
  name: '',
  enabled: true,
  filters: [],
  thresholdPercent: '5',
  recoveryPercent: '',
  windowSeconds: 300,
  forSeconds: 60,
  recoveryForSeconds: 120,
  delaySeconds: 15,
  minimumStreams: '20',
  minimumFailures: '5',
  channels: [],
};

/** @returns an empty draft, watching what the page is filtered to. */
export function newDraft(filters: readonly string[]): RuleDraft {
  return { ...emptyDraft, filters };
}

function percentText(rate: number): string {
  return String(Number((rate * 100).toPrecision(6)));
}

export function draftOf(rule: Rule): RuleDraft {
  const recovery = rule.recoveryThreshold;
  return {
    name: rule.name,
    enabled: rule.enabled,
    filters: rule.filters,
    thresholdPercent: percentText(rule.threshold),
    recoveryPercent: recovery === undefined ? '' : percentText(recovery),
    windowSeconds: rule.windowSeconds,
    forSeconds: rule.forSeconds,
    recoveryForSeconds: rule.recoveryForSeconds,
    delaySeconds: rule.delaySeconds,
    minimumStreams: String(rule.minimumStreams),
    minimumFailures: String(rule.minimumFailures),
    channels: rule.channels.map((channel, index) => ({ ...channel, key: `stored ${index}` })),
  };
}

export type DraftProblems = Readonly<
  Partial<
    Record<'name' | 'threshold' | 'recovery' | 'minimumStreams' | 'minimumFailures' | 'channels', string>
  >
>;

export type CheckedDraft =
  | { readonly status: 'valid'; readonly input: RuleInput }
  | { readonly status: 'invalid'; readonly problems: DraftProblems };

function numberOf(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  const value = Number(trimmed);
  return trimmed === '' || !Number.isFinite(value) ? undefined : value;
}

function wholeNumberProblem(text: string): string | undefined {
  const value = numberOf(text);
  return value === undefined || !Number.isInteger(value) || value < 1 || value > 1_000_000
    ? 'A whole number from 1 to 1,000,000.'
    : undefined;
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Checks a draft as the collector will, so that mistakes are named beside their field. */
export function checkDraft(draft: RuleDraft): CheckedDraft {
  const threshold = numberOf(draft.thresholdPercent);
  const recovery = draft.recoveryPercent.trim() === '' ? undefined : numberOf(draft.recoveryPercent);
  const thresholdBad = threshold === undefined || threshold <= 0 || threshold > 100;
  const recoveryBad =
    draft.recoveryPercent.trim() !== '' &&
    (recovery === undefined || recovery < 0 || (!thresholdBad && recovery > threshold));
  const streamsProblem = wholeNumberProblem(draft.minimumStreams);
  const failuresProblem = wholeNumberProblem(draft.minimumFailures);
  const problems: DraftProblems = {
    ...(draft.name.trim() === '' ? { name: 'A name, as it will stand in the notification.' } : {}),
    ...(thresholdBad ? { threshold: 'A rate above 0 and up to 100 %.' } : {}),
    ...(recoveryBad ? { recovery: 'A rate from 0 up to the limit, or nothing.' } : {}),
    ...(streamsProblem === undefined ? {} : { minimumStreams: streamsProblem }),
    ...(failuresProblem === undefined ? {} : { minimumFailures: failuresProblem }),
    ...(draft.channels.every(({ url }) => isAddress(url))
      ? {}
      : { channels: 'Each channel needs an address that begins with http:// or https://.' }),
  };
  if (Object.keys(problems).length > 0 || threshold === undefined) return { status: 'invalid', problems };
  return { status: 'valid', input: inputOf(draft, threshold, recovery) };
}

function inputOf(draft: RuleDraft, thresholdPercent: number, recoveryPercent: number | undefined): RuleInput {
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    measure: 'failure_rate',
    filters: [...draft.filters],
    threshold: thresholdPercent / 100,
    ...(recoveryPercent === undefined ? {} : { recoveryThreshold: recoveryPercent / 100 }),
    windowSeconds: draft.windowSeconds,
    delaySeconds: draft.delaySeconds,
    forSeconds: draft.forSeconds,
    recoveryForSeconds: draft.recoveryForSeconds,
    minimumStreams: Number(draft.minimumStreams),
    minimumFailures: Number(draft.minimumFailures),
    channels: draft.channels.map(({ type, url }) => ({ type, url: url.trim() })),
  };
}

/** @returns what recovery means when the field is left empty. */
export function recoveryPlaceholder(thresholdPercent: string): string {
  const threshold = numberOf(thresholdPercent);
  return threshold === undefined ? '' : String(Number((threshold * defaultRecoveryShare).toPrecision(3)));
}
