import { detectEnvironment } from '../environment.ts';
import type { Clock } from '../observe/clock.ts';
import type { LoopLagSampler } from '../observe/loop-lag.ts';
import { networkErrorFacts } from '../observe/network-error.ts';
import { Observation } from '../observe/observation.ts';
import type { Verdict } from '../observe/outcome.ts';

/** The lag of the loop decides who cut a stream, which no retry depends on. */
const noLoopLag: LoopLagSampler = { watch: () => () => undefined, since: () => undefined };
const stallThresholds = { seconds: 10, firstOutputSeconds: 45 };

export interface AttemptJudge {
  readonly observation: Observation;
  /** Once the observation has ended; undefined before, and where a bug of ours kept it from deciding. */
  verdict(): Verdict | undefined;
}

/**
 * Decides how an attempt ended by the same rules as its span, so that a policy also works where nothing is observed.
 *
 * @param onBug a bug of ours. The attempt then counts as answered: nothing is repeated on a guess.
 */
export function createAttemptJudge(clock: Clock, onBug: (bug: unknown) => void): AttemptJudge {
  const environment = detectEnvironment();
  let verdict: Verdict | undefined;
  const observation = new Observation({
    clock,
    vantage: environment.vantage,
    stallThresholds,
    loopLag: noLoopLag,
    headersTimerSeconds: undefined,
    isOffline: environment.isOffline,
    networkErrorFacts,
    onEnd: (ended) => {
      verdict = ended.verdict;
    },
    onBug,
  });
  return { observation, verdict: () => verdict };
}
