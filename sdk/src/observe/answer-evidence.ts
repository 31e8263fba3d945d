import type { AnswerSource } from './observation.ts';
import type { AnswerEvidence } from './verdict.ts';

/** What the meter and the last read add to what a reader says of an answer. */
export type ReadEvidence = Pick<AnswerEvidence, 'events' | 'lastReadMalformed'>;

export function evidenceOf(
  source: Omit<AnswerSource<unknown>, 'push'>,
  { events, lastReadMalformed }: ReadEvidence,
): AnswerEvidence {
  const { protocol } = source;
  const isKnownFormat = protocol.isGeneric !== true;
  return {
    facts: source.facts,
    isKnownFormat,
    isParsed: source.isParsed === true && !isKnownFormat,
    hasTerminalEvent: protocol.hasTerminalEvent,
    endsWithBody: protocol.endsWithBody === true,
    cachedTokensAreExtra: protocol.cachedTokensAreExtra === true,
    broken: source.broken,
    midFrame: source.midFrame,
    events,
    malformedEvents: source.malformedEvents,
    lastReadMalformed,
  };
}

/** The conventions count cached tokens among the input; some providers count them beside it. */
export function allInputTokens({ facts, cachedTokensAreExtra }: AnswerEvidence): number | undefined {
  const { inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = facts;
  if (inputTokens === undefined || !cachedTokensAreExtra) return inputTokens;
  return inputTokens + cacheReadTokens + cacheWriteTokens;
}
