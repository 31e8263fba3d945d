import type { TerminationReason } from '@weir/schemas/termination';

/**
 * What providers' finish words have in common, lower case with `_`; the first that matches decides. Every documented
 * word is in `finish-reasons.test.ts`, by provider. A word that nobody knows is taken by what it hints at, and one that
 * hints at nothing is the provider's own end, hence `completed`.
 *
 * Some proxies send the enums of Gemini as numbers; beyond 5 the numbers of its two APIs differ, up to 8 in name alone.
 */
const reasonsByWord: readonly (readonly [RegExp, TerminationReason])[] = [
  [
    /filter|safety|block|prohibit|guardrail|toxic|recitation|^(language|spii|model_armor|[34678])$/,
    'content_filter',
  ],
  [/refus|decline/, 'refusal'],
  [/^(incomplete|error_limit|2)$/, 'length'],
  [/^(user_cancel|cancelled)$/, 'client_abort'],
  [/system_resource/, 'overloaded'],
  [
    /error|fail|malformed|unexpected|too_many|missing|^(expired|abort|timeout|no_image|image_other)$/,
    'provider_error',
  ],
  [/length|limit|max|exceed/, 'length'],
  [/tool|function|^requires_action$/, 'tool_call'],
  [/pause|^compaction$/, 'paused'],
  // Gemini and the AI SDK: generation stopped, and the provider does not know why.
  [/^(other|unknown|(?!1$)\d+)$/, 'unknown'],
];

/** Words that say that an answer goes on. */
const openWord = /^(not_finished|in_progress|finish_reason_unspecified|0|null)?$/;

/** @returns undefined for a word that says that the answer has not finished. */
export function reasonOfFinish(word: string): TerminationReason | undefined {
  const key = word.toLowerCase().replaceAll('-', '_');
  if (openWord.test(key)) return undefined;
  return reasonsByWord.find(([pattern]) => pattern.test(key))?.[1] ?? 'completed';
}

const leastCompleteFirst: readonly TerminationReason[] = [
  'overloaded',
  'provider_error',
  'client_abort',
  'unknown',
  'prompt_blocked',
  'content_filter',
  'refusal',
  'length',
  'paused',
  'tool_call',
  'completed',
];

/** @returns the one of two endings that is further from a whole answer. */
export function lessComplete(a: TerminationReason, b: TerminationReason): TerminationReason {
  return leastCompleteFirst.indexOf(a) <= leastCompleteFirst.indexOf(b) ? a : b;
}
