import type { StallThresholds } from './stream-meter.ts';

const defaultSeconds = 10;
const defaultReasoningSeconds = 45;

/** Families that think before they answer, by the name of the model. A request that asks for reasoning counts too. */
const reasoningModel =
  /(^|[/.:-])(o[1345](-|$)|gpt-5|gpt-oss|deepseek-(r|reasoner)|qwq|qwen3|magistral|grok-[34]|gemini-(2\.5|3))|reason|think/i;

/** Thresholds of one model: a number counts for both. */
export type StallThresholdOption =
  | number
  | Partial<StallThresholds>
  | ((model: string | undefined) => number | Partial<StallThresholds> | undefined);

/**
 * @param model that was asked for.
 * @param asksForReasoning the request turns reasoning on.
 * @returns 10 s, and 45 s until the first visible output of a reasoning model, unless `option` says otherwise.
 */
export function stallThresholdsOf(
  option: StallThresholdOption | undefined,
  model: string | undefined,
  asksForReasoning = false,
): StallThresholds {
  const chosen = typeof option === 'function' ? option(model) : option;
  if (typeof chosen === 'number') return { seconds: chosen, firstOutputSeconds: chosen };
  const seconds = chosen?.seconds ?? defaultSeconds;
  const reasons = asksForReasoning || (model !== undefined && reasoningModel.test(model));
  const firstOutputSeconds =
    chosen?.firstOutputSeconds ?? (reasons ? Math.max(seconds, defaultReasoningSeconds) : seconds);
  return { seconds, firstOutputSeconds };
}
