import { dimensions } from '@weir/schemas/stream-fields';
import { isTerminationReason, type Outcome, outcomeOf } from '@weir/schemas/termination';
import { reasonMeanings } from '@weir/schemas/termination-meanings';

/** Names for people, of the vocabulary of streams. */

const acronyms: Readonly<Record<string, string>> = {
  dns: 'DNS',
  tls: 'TLS',
  pdf: 'PDF',
  http: 'HTTP',
  vpn: 'VPN',
};

function sentenceCase(words: readonly string[]): string {
  const text = words.map((word) => acronyms[word] ?? word).join(' ');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** @returns `Idle timeout` for `idle_timeout`. */
export function reasonName(reason: string): string {
  return sentenceCase(reason.split('_'));
}

/** @returns one sentence that says what a reason means, or an empty string for one this version does not know. */
export function reasonMeaning(reason: string): string {
  return isTerminationReason(reason) ? reasonMeanings[reason] : '';
}

export const outcomeNames: Readonly<Record<Outcome, string>> = {
  completed: 'Completed',
  limited: 'Limited',
  failed: 'Failed',
  aborted: 'Aborted',
  lost: 'Lost',
  unknown: 'Unknown',
};

export const outcomeMeanings: Readonly<Record<Outcome, string>> = {
  completed: 'The answer ended as the provider meant it to.',
  limited: 'The answer ended early by a limit, a filter or a refusal.',
  failed: 'The stream broke before its end. Counts as a failure.',
  aborted: 'The client stopped reading. Neither a failure nor a success.',
  lost: 'The stream began and its end was never reported. Counts as a failure.',
  unknown: 'The span does not say how the stream ended.',
};

export function isKnownOutcome(outcome: string): outcome is Outcome {
  return Object.hasOwn(outcomeNames, outcome);
}

/** @returns the outcome a reason belongs to; `unknown` for a reason this version does not know. */
export function outcomeOfReason(reason: string): Outcome {
  return isTerminationReason(reason) ? outcomeOf(reason) : 'unknown';
}

const dimensionNames: Readonly<Record<string, string>> = {
  attachment: 'Attachment',
  responseModel: 'Answering model',
  errorCode: 'Error code',
  httpStatus: 'HTTP status',
  vpn: 'VPN',
  user: 'User hash',
  request: 'Request id',
  providerRequest: 'Provider request id',
  trace: 'Trace id',
  cloudRegion: 'Cloud region',
  server: 'Server address',
  protocolVersion: 'HTTP version',
};

/** @returns `Service version` for `serviceVersion`, `plan` for the custom `dimension.plan`. */
export function dimensionName(dimension: string): string {
  const known = dimensionNames[dimension];
  if (known !== undefined) return known;
  if (dimension.startsWith('dimension.')) return dimension.slice('dimension.'.length);
  return sentenceCase(dimension.split(/(?=[A-Z])/).map((word) => word.toLowerCase()));
}

/** Dimensions that are offered as filters, most asked for first. */
export const filterDimensions: readonly string[] = Object.keys(dimensions);

/** @returns a value as it is written in lists: reasons in words, everything else as sent. */
export function valueName(dimension: string, value: string): string {
  if (value === '') return '(empty)';
  if (dimension === 'reason') return reasonName(value);
  if (dimension === 'outcome' && isKnownOutcome(value)) return outcomeNames[value];
  if (dimension === 'attachment') return value === 'pdf' ? 'PDF' : value;
  if (dimension === 'proxy' || dimension === 'vpn') return { true: 'yes', false: 'no' }[value] ?? value;
  return value;
}
